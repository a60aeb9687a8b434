import { expect, it } from 'vitest';
import { startGateway } from './gateway.ts';

it('is well when store, Temporal and a worker answer', async () => {
  const { fetch: ask } = await startGateway();
  const answer = await ask('/deployment-engine/health');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ state: 'ok', store: { state: 'ok' }, auth: 'auto' });
});

it('says what does not answer', async () => {
  const { fetch: ask, cluster } = await startGateway();
  cluster.health = () => Promise.resolve({ temporal: true, worker: false });
  const answer = await ask('/deployment-engine/health');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ state: 'down', temporal: { state: 'ok' }, worker: { state: 'down' } });
});
