import { expect, it } from 'vitest';
import { refuseProxied } from '../../../api/http/proxied-requests.ts';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { startGateway } from '../gateway.ts';

const RUNS = '/deployment-engine/runs';
const MARKS = ['X-Forwarded-For', 'Forwarded', 'Via'];

it.each(MARKS)('serves nobody through a proxy (%s) who would be asked for a token without it', async (mark) => {
  const gateway = await startGateway();
  const answer = await gateway.fetch(RUNS, { headers: { [mark]: '10.0.0.9' } });
  expect([answer.status, await answer.json()]).toMatchObject([
    403,
    { code: 'ForeignOrigin', detail: expect.stringContaining('DEPLOYMENT_ENGINE_TLS=behind-proxy') },
  ]);
});

it.each([
  ['tokens are asked', { DEPLOYMENT_ENGINE_AUTH: 'tokens' }, 401],
  ['nobody is asked, knowingly', { DEPLOYMENT_ENGINE_AUTH: 'none-i-know' }, 200],
])('lets proxies be where %s', async (_, env, status) => {
  const gateway = await startGateway({ env });
  for (const mark of MARKS)
    expect((await gateway.fetch(RUNS, { headers: { [mark]: '10.0.0.9' } })).status).toBe(status);
});

const announced = {
  DEPLOYMENT_ENGINE_PROXIES: '10.0.0.5, 10.244.0.0/16, fd00:0::/64',
  DEPLOYMENT_ENGINE_LISTEN: '0.0.0.0:50000',
};

it.each([
  ['127.0.0.1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:10.0.0.5', true],
  ['10.10.101.180', true],
  ['::ffff:10.244.7.9', true],
  ['fd00::9', true],
  ['fd00:0:0:1::9', false],
  ['10.0.0.9', false],
  ['10.245.0.1', false],
  [undefined, false],
])('takes requests of its proxies and of this machine alone: %s, %s', (remoteAddress, isTaken) => {
  const settings = parseSettings({ ...announced, DEPLOYMENT_ENGINE_TLS: 'behind-proxy' });
  const request = { headers: {}, socket: { remoteAddress } };
  const refuse = () => refuseProxied(request, settings, ['10.10.101.180']);
  if (isTaken) expect(refuse).not.toThrow();
  else expect(refuse).toThrow('DEPLOYMENT_ENGINE_PROXIES');
});
