import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { runStart, line } from '../../store/samples.ts';
import { activate, serialWith } from '../../support/serials.ts';
import { until } from '../../support/until.ts';
import { type Gateway, startGateway } from '../gateway.ts';

const PATH = '/deployment-engine/activation';
const ID = '00'.repeat(8) + '12ab';

const post = ({ fetch: ask }: Gateway, serial: unknown): Promise<Response> =>
  ask(PATH, { method: 'POST', body: JSON.stringify({ serial }) });
const shown = async ({ fetch: ask }: Gateway) =>
  (await (await ask(PATH)).json()) as { readonly serials: readonly object[] };

it('says that there is none, then what is used and left of it', async () => {
  const gateway = await startGateway({ clock: () => Date.UTC(2026, 5, 1) });
  expect(await shown(gateway)).toMatchObject({ activated: false, serial: null, left: 0, serials: [] });
  expect(await (await gateway.fetch('/deployment-engine/health')).json()).toMatchObject({ activated: false });

  const sold = serialWith({ id: ID, deployments: 3, licensee: 'Example', expires: '2026-12-31' });
  const answer = await post(gateway, sold);
  expect(answer.status).toBe(200);
  await gateway.store.runs.begin(runStart('a', { serial: ID }));
  await gateway.store.runs.finish(1, 'ok', undefined, line('end', 'local'));
  const { serials, ...next } = await shown(gateway);
  expect(next).toEqual({
    activated: true,
    serial: '…12ab',
    used: 1,
    left: 2,
    deployments: 3,
    release: null,
    licensee: 'Example',
    validUntil: '2027-01-01T00:00:00.000Z',
    activatedAt: '2026-06-01T00:00:00.000Z',
  });
  expect(serials).toHaveLength(1);
  expect(await (await gateway.fetch('/deployment-engine/health')).json()).toMatchObject({ activated: true });
  const [noted] = await gateway.store.log.read(0, { from: 0, limit: 9 });
  expect(noted?.line).toBe('activated with serial …12ab by loopback: 3 deployments');
  expect(JSON.stringify([await shown(gateway), noted])).not.toContain(ID);
});

it.each([
  ['no text', 7, 'is the text of a serial'],
  ['damaged', serialWith().replace(/.{9}$/, 'AAAAAAAAA'), 'is damaged'],
  ['over', serialWith({ expires: '2020-01-01' }), 'was good until 2020-01-01 23:59 UTC'],
  ['for another release', serialWith({ release: 'cf-lite' }), 'is good for the release cf-lite alone'],
])('refuses a serial that is %s', async (_, serial, message) => {
  const gateway = await startGateway();
  const answer = await post(gateway, serial);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    code: 'InvalidRequest',
    errors: [{ pointer: '/serial', message: expect.stringContaining(message) }],
  });
  expect(await shown(gateway)).toMatchObject({ activated: false });
});

it('says the same of a next deploy that is refused in /health', async () => {
  const gateway = await startGateway();
  // A serial that was good when it was activated, for what the engine deployed then.
  await activate(gateway.store, { release: 'cf-lite' });
  const health = await (await gateway.fetch('/deployment-engine/health')).json();
  expect([await shown(gateway), health]).toMatchObject([{ activated: false }, { activated: false }]);
});

it('takes no serial in its address, and local.log keeps none that came there', async () => {
  const gateway = await startGateway({ env: { DEPLOYMENT_ENGINE_AUTH: 'tokens' } });
  const { store } = gateway;
  const { text } = await store.tokens.create({ name: 'ana', scope: 'admin', expiresAt: Date.now() + 3_600_000 });
  const sold = serialWith();
  const path = `${PATH}?serial=${sold}&token=${text}`;
  const answer = await gateway.fetch(path, { method: 'POST', headers: { Authorization: `Bearer ${text}` } });
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { errors: [{ pointer: '/serial' }, { pointer: '/token' }] },
  ]);
  const noted = () => store.log.read(0, { from: 0, limit: 9 });
  await until(async () => (await noted()).length > 0, 'the call');
  expect((await noted())[0]?.line).toMatch(/^POST \/deployment-engine\/activation\?serial=DE1-…&token=de_… by ana /);
});

it('takes ten a minute', async () => {
  let now = Date.UTC(2026, 5, 1);
  const gateway = await startGateway({ clock: () => now });
  for (let count = 0; count < 10; count += 1) expect((await post(gateway, 'x')).status).toBe(400);
  now += 20_000;
  const refused = await post(gateway, serialWith());
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
  now += 40_000;
  expect((await post(gateway, serialWith())).status).toBe(200);
});

/** A vendor's server that answers as told, and what it was asked. */
async function vendor(status: number, body: string) {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    void text(request).then((question) => {
      asked.push(JSON.parse(question));
      response.writeHead(status, { Location: '/elsewhere' }).end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return {
    asked,
    env: { DEPLOYMENT_ENGINE_ACTIVATION_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` },
  };
}

it("asks the vendor's server once, where there is one", async () => {
  const { asked, env } = await vendor(200, '{"accepted": true}');
  const gateway = await startGateway({ env });
  for (let count = 0; count < 2; count += 1) expect((await post(gateway, `${serialWith()}\n`)).status).toBe(200);
  expect(asked).toEqual([{ serial: serialWith(), engine: (await gateway.store.engine.identity()).id }]);
});

it.each([
  [
    200,
    '{"accepted": false, "reason": "it was returned"}',
    400,
    "not accepted by the vendor's server: it was returned",
  ],
  [503, '', 502, 'it answers 503'],
  [200, 'hello', 502, 'its answer is not'],
  [302, '', 502, 'redirect'],
])('tells that the server answered %i %s', async (status, body, expected, message) => {
  const { env } = await vendor(status, body);
  const gateway = await startGateway({ env });
  const answer = await post(gateway, serialWith());
  expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
    expected,
    expect.stringContaining(message),
  ]);
  expect(await shown(gateway)).toMatchObject({ activated: false });
});

it('says without a network what the document says', async () => {
  const gateway = await startGateway({ env: { DEPLOYMENT_ENGINE_ACTIVATION_URL: 'http://127.0.0.1:9/' } });
  const answer = await post(gateway, serialWith());
  expect([answer.status, await answer.json()]).toMatchObject([
    502,
    { code: 'NetworkDown', detail: expect.stringMatching(/^Please ensure the network is enable!/) },
  ]);
});
