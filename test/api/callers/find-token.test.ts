import { expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { bearer } from '../asked-routes.ts';
import { type Gateway, startGateway } from '../gateway.ts';

const HEALTH = '/deployment-engine/health';
const A_DAY = 86_400_000;

const refuse = () => Promise.reject(new DeploymentEngineError('StoreUnwritable', 'The database is away.'));

/** A gateway that asks for tokens, two of them, and what has its store be away. */
async function watched() {
  let now = Date.now();
  const gateway = await startGateway({ env: { DEPLOYMENT_ENGINE_AUTH: 'tokens' }, clock: () => now });
  const { tokens, runs } = gateway.store;
  const wanted = { scope: 'viewer', expiresAt: now + A_DAY } as const;
  const [scrape, other] = [
    await tokens.create({ ...wanted, name: 'prometheus' }),
    await tokens.create({ ...wanted, name: 'other' }),
  ];
  const goAway = (find: () => Promise<undefined> = refuse) => {
    // The last look is kept for a second.
    now += 1_000;
    Object.assign(tokens, { find });
    Object.assign(runs, { open: refuse, counts: refuse, list: refuse });
  };
  return { ...gateway, scrape, other, goAway };
}

// What a store that is away makes of a route is described nowhere, so the gateway's own `fetch` would not have it.
const asked = async ({ url }: Pick<Gateway, 'url'>, path: string, token: string) => {
  const answer = await fetch(url + path, { headers: bearer(token) });
  return { status: answer.status, text: await answer.text() };
};

it('has those who watch the engine read what is down while the store is away', async () => {
  const gateway = await watched();
  const { text } = gateway.scrape;
  expect((await asked(gateway, '/metrics', text)).text).toContain('deployment_engine_up{part="store"} 1');
  gateway.goAway();
  const metrics = await asked(gateway, '/metrics', text);
  expect(metrics).toMatchObject({ status: 200, text: expect.stringContaining('deployment_engine_up{part="store"} 0') });
  const health = await asked(gateway, HEALTH, text);
  expect(health).toMatchObject({ status: 503, text: expect.stringContaining('The database is away.') });
});

it('does so for nothing else, and for no token that it has not seen', async () => {
  const gateway = await watched();
  await asked(gateway, '/metrics', gateway.scrape.text);
  gateway.goAway();
  expect((await asked(gateway, '/deployment-engine/session', gateway.scrape.text)).status).toBe(503);
  for (const token of [gateway.other.text, 'wrong']) {
    expect((await asked(gateway, '/metrics', token)).status).toBe(503);
    expect(await asked(gateway, HEALTH, token)).toEqual({ status: 503, text: '{"state":"down"}' });
  }
});

it('never does so for a token that the store refuses', async () => {
  const gateway = await watched();
  await asked(gateway, '/metrics', gateway.scrape.text);
  await gateway.store.tokens.revoke(gateway.scrape.token.id);
  expect((await asked(gateway, '/metrics', gateway.scrape.text)).status).toBe(401);
  gateway.goAway();
  expect((await asked(gateway, '/metrics', gateway.scrape.text)).status).toBe(503);
});

it('does so in time where the store stands still', async () => {
  const gateway = await watched();
  await asked(gateway, '/metrics', gateway.scrape.text);
  const standing = Promise.withResolvers<undefined>();
  gateway.goAway(() => standing.promise);
  expect((await asked(gateway, '/metrics', gateway.scrape.text)).status).toBe(200);
  standing.resolve(undefined);
});
