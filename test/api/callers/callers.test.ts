import { expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { type Gateway, postConfiguration, startGateway } from '../gateway.ts';

const TOKENS = { DEPLOYMENT_ENGINE_AUTH: 'tokens' };
const A_DAY = 86_400_000;
const STATUS = '/deployment-engine/status';

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

async function tokenOf({ store }: Gateway, scope: 'viewer' | 'operator' | 'admin' = 'operator'): Promise<string> {
  return (await store.tokens.create({ name: 'ops', scope, expiresAt: Date.now() + A_DAY })).text;
}

const linesOf = async ({ store }: Gateway): Promise<string[]> =>
  (await store.log.read(0, { from: 0, limit: 1000 })).map(({ line }) => line);

it('says nothing of why a token is refused', async () => {
  let now = Date.now();
  const gateway = await startGateway({ env: TOKENS, clock: () => now });
  const { create, revoke } = gateway.store.tokens;
  const expired = await create({ name: 'old', scope: 'admin', expiresAt: now + 1000 });
  const revoked = await create({ name: 'lost', scope: 'admin', expiresAt: now + A_DAY });
  await revoke(revoked.token.id);
  now += 1000;
  const headers = [{}, bearer('x'), bearer(expired.text), bearer(revoked.text)];
  const answers = await Promise.all(
    headers.map(async (each) => {
      const answer = await gateway.fetch(STATUS, { headers: each });
      return [answer.status, answer.headers.get('www-authenticate'), await answer.text()];
    }),
  );
  expect(answers[0]?.slice(0, 2)).toEqual([401, 'Bearer realm="deployment-engine"']);
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

it('has an address wait that sent many wrong tokens, also with a right one', async () => {
  let now = Date.now();
  const proxied = { ...TOKENS, DEPLOYMENT_ENGINE_TLS: 'behind-proxy' };
  const gateway = await startGateway({ env: proxied, clock: () => now });
  const token = await tokenOf(gateway);
  const ask = (text: string, from = '10.0.0.9') =>
    gateway.fetch('/deployment-engine/runs', { headers: { ...bearer(text), 'X-Forwarded-For': from } });
  for (let tries = 0; tries < 30; tries += 1) expect((await ask(`wrong-${tries}`)).status).toBe(401);
  const refused = await ask(token);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  expect((await ask(token, '10.0.0.8')).status).toBe(200);
  // Whoever writes a chain of addresses is known by the last one, which the proxy has added.
  expect((await ask(token, '10.0.0.8, 10.0.0.9')).status).toBe(429);
  now += 60_000;
  expect((await ask(token)).status).toBe(200);
  expect(await linesOf(gateway)).toEqual(['many wrong tokens from 10.0.0.9: refused for a minute']);
});

it('counts a wrong token once, and neither sessions nor looks at its health', async () => {
  let now = Date.now();
  const gateway = await startGateway({ env: TOKENS, clock: () => now });
  const token = await tokenOf(gateway);
  const ask = async (path: string, headers: Record<string, string>) => (await gateway.fetch(path, { headers })).status;
  for (let tries = 0; tries < 35; tries += 1) {
    expect(await ask(STATUS, bearer('a-stale-token'))).toBe(401);
    expect(await ask(STATUS, { Cookie: `deployment_engine_session=stale-${tries}` })).toBe(401);
    expect(await ask('/deployment-engine/health', bearer(`wrong-${tries}`))).toBe(200);
  }
  expect(await ask('/deployment-engine/runs', bearer(token))).toBe(200);
  expect(await linesOf(gateway)).toEqual([]);
});

it('lets people who have signed in read on at an address that has to wait', async () => {
  const gateway = await startGateway({ env: TOKENS });
  const expiresAt = Date.now() + A_DAY;
  const { token } = await gateway.store.tokens.create({ name: 'ops', scope: 'viewer', expiresAt });
  const session = await gateway.store.sessions.open(token.id, expiresAt);
  for (let tries = 0; tries < 30; tries += 1) await gateway.fetch(STATUS, { headers: bearer(`wrong-${tries}`) });
  expect((await gateway.fetch(STATUS, { headers: bearer('x') })).status).toBe(429);
  const headers = { Cookie: `deployment_engine_session=${session}` };
  expect((await gateway.fetch('/deployment-engine/runs', { headers })).status).toBe(200);
});

it('believes what a request says of its sender only behind a proxy', async () => {
  const gateway = await startGateway({ env: TOKENS });
  const headers = { ...bearer(await tokenOf(gateway)), 'X-Forwarded-For': '10.0.0.9' };
  await postConfiguration(gateway, undefined, headers);
  await until(async () => (await linesOf(gateway)).some((line) => line.endsWith('from 127.0.0.1: 201')), 'its line');
});

it('notes every call that changes something: who, from where, what, and the answer', async () => {
  const gateway = await startGateway({ env: TOKENS });
  const [operator, viewer] = [await tokenOf(gateway), await tokenOf(gateway, 'viewer')];
  const [first, second] = await gateway.store.tokens.all();
  const ids = [first, second]
    .toSorted((a, b) => ((a?.scope ?? '') < (b?.scope ?? '') ? -1 : 1))
    .map((each) => each?.id);
  await postConfiguration(gateway, undefined, bearer(operator));
  await gateway.fetch('/deployment-engine/deploy?confirm=x', { headers: bearer(operator) });
  await gateway.fetch('/deployment-engine/stop', { headers: bearer(viewer) });
  await gateway.fetch(STATUS, { headers: bearer(viewer) });
  await until(async () => (await linesOf(gateway)).length === 4, 'three calls and what came of one');
  const [op, view] = [`ops (${ids[0]})`, `ops (${ids[1]})`];
  expect((await linesOf(gateway)).toSorted()).toEqual(
    [
      `GET /deployment-engine/deploy?confirm=x by ${op} from 127.0.0.1: 400`,
      `GET /deployment-engine/stop by ${view} from 127.0.0.1: 403`,
      `POST /deployment-engine/config by ${op} from 127.0.0.1: 201`,
      `configuration accepted as revision 1 by ${op}`,
    ].toSorted(),
  );
});

it('calls everybody on this machine loopback, as long as no tokens are asked', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  await until(async () => (await linesOf(gateway)).length === 2, 'the call');
  expect(await linesOf(gateway)).toContain('POST /deployment-engine/config by loopback from 127.0.0.1: 201');
});

it('tells strangers that it is alive, and callers how', async () => {
  const gateway = await startGateway({ env: TOKENS });
  const health = async (headers = {}) => (await gateway.fetch('/deployment-engine/health', { headers })).json();
  expect(await health()).toEqual({ state: 'ok' });
  expect(await health(bearer('wrong'))).toEqual({ state: 'ok' });
  expect(await health(bearer(await tokenOf(gateway, 'viewer')))).toMatchObject({
    store: { state: 'ok' },
    auth: 'tokens',
  });
});

it('says loudly that it asks nobody', async () => {
  const gateway = await startGateway({ env: { DEPLOYMENT_ENGINE_AUTH: 'none-i-know' } });
  const health: unknown = await (await gateway.fetch('/deployment-engine/health')).json();
  expect(health).toMatchObject({ auth: 'none-i-know', warning: expect.stringContaining('controls the cluster') });
});
