import { beforeEach, expect, it } from 'vitest';
import { ROUTES } from '../../../api/routes/route-table.ts';
import { type Gateway, postConfiguration, startGateway } from '../gateway.ts';

let gateway: Gateway;
beforeEach(async () => {
  gateway = await startGateway();
});

const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
  const answer = await gateway.fetch(path, { method, headers });
  const allow = (answer.headers.get('allow') ?? '').split(', ').toSorted();
  return { status: answer.status, allow, text: await answer.text() };
};

it('refuses what a path does not take, on every path', async () => {
  const paths = new Set(ROUTES.flatMap(({ path }) => (typeof path === 'string' ? [path] : [])));
  expect([...paths]).toEqual(expect.arrayContaining(['/', '/deployment-engine/deploy', '/deployment-engine/log']));
  for (const path of [...paths].filter((each) => !each.startsWith('/temporal'))) {
    const { status, allow, text } = await ask('PATCH', path.replace(':run', '1'));
    expect({ path, status, code: JSON.parse(text).code }).toEqual({ path, status: 405, code: 'MethodNotAllowed' });
    expect(allow).toContain('OPTIONS');
    expect(allow.length).toBeGreaterThan(1);
  }
});

it.each([
  ['/deployment-engine/config', ['GET', 'HEAD', 'OPTIONS', 'POST']],
  ['/deployment-engine/CONFIG/', ['GET', 'HEAD', 'OPTIONS', 'POST']],
  ['/deployment-engine/deploy', ['GET', 'OPTIONS', 'POST']],
  ['/deployment-engine/plan', ['GET', 'OPTIONS', 'POST']],
  ['/deployment-engine/download', ['GET', 'HEAD', 'OPTIONS', 'PUT']],
  ['/deployment-engine/runs/7', ['GET', 'HEAD', 'OPTIONS']],
  ['/deployment-engine/runs/7/cancel', ['OPTIONS', 'POST']],
])('says what %s takes', async (path, methods) => {
  const { status, allow, text } = await ask('OPTIONS', path);
  expect({ status, allow, text }).toEqual({ status: 204, allow: methods, text: '' });
});

it.each(['resolve', 'cancel'])('names POST to who opens %s', async (decision) => {
  const { status, text } = await ask('GET', `/deployment-engine/runs/1/${decision}`);
  expect(status).toBe(405);
  expect(JSON.parse(text).detail).toBe(`/deployment-engine/runs/1/${decision} does not take GET: use POST`);
});

it('answers HEAD as GET, without a body', async () => {
  await postConfiguration(gateway);
  const [head, get] = await Promise.all([
    gateway.fetch('/deployment-engine/config', { method: 'HEAD' }),
    gateway.fetch('/deployment-engine/config'),
  ]);
  expect(head.status).toBe(200);
  expect(await head.text()).toBe('');
  for (const name of ['content-type', 'content-length', 'etag'])
    expect(head.headers.get(name)).toBe(get.headers.get(name));
});

it('does not take HEAD for a GET that acts', async () => {
  await postConfiguration(gateway);
  gateway.cluster.deploy = () => Promise.reject(new Error('must not be asked'));
  expect((await ask('HEAD', '/deployment-engine/deploy')).status).toBe(405);
  expect((await ask('HEAD', '/deployment-engine/credentials')).status).toBe(405);
});

it('knows no methods of an unknown path', async () => {
  const { status, text } = await ask('OPTIONS', '/deployment-engine/nothing');
  expect(status).toBe(404);
  expect(JSON.parse(text).code).toBe('RouteNotFound');
});

it('lets pages it knows ask first', async () => {
  gateway = await startGateway({ env: { DEPLOYMENT_ENGINE_ORIGINS: 'https://portal.example' } });
  const answer = await gateway.fetch('/deployment-engine/config', {
    method: 'OPTIONS',
    headers: { Origin: 'https://portal.example' },
  });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT');
  expect(answer.headers.get('access-control-allow-headers')?.split(', ')).toEqual(
    expect.arrayContaining(['Content-Type', 'If-Match', 'If-Range', 'Range']),
  );
  expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
    expect.arrayContaining(['Content-Range', 'ETag', 'Link']),
  );
});
