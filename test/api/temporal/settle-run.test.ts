import { expect, it } from 'vitest';
import { settleRun } from '../../../api/temporal/settle-run.ts';
import type { ExecutionState } from '../../../api/temporal/cluster-client.ts';
import { takeForTemporal } from '../../../store/runs/temporal-claim.ts';
import { beginRun, startGateway } from '../gateway.ts';

it('leaves runs to the Temporal whose workers held them last, until those of another one take them over', async () => {
  let now = Date.now();
  const { store, cluster } = await startGateway({ clock: () => now });
  const run = await beginRun({ store }, 'a');
  const asking = (id: string | undefined, state: ExecutionState) => ({
    store,
    cluster: { ...cluster, namespaceId: async () => id, stateOf: async () => state },
  });
  expect(await takeForTemporal(store.claims, 'first')).toBe(true);
  expect(await takeForTemporal(store.claims, 'second')).toBe(false);
  for (const id of ['second', undefined])
    expect(await settleRun(run, asking(id, 'forgotten'))).toMatchObject({ number: run.number, outcome: undefined });
  expect((await store.runs.open())?.number).toBe(run.number);

  now += 30_000;
  expect(await settleRun(run, asking('second', 'forgotten'))).toMatchObject({ outcome: undefined });
  expect(await takeForTemporal(store.claims, 'second')).toBe(true);
  expect(await settleRun(run, asking('second', 'forgotten'))).toMatchObject({ outcome: 'abandoned' });
});

it('closes what its own Temporal has lost', async () => {
  const { store, cluster } = await startGateway();
  const run = await beginRun({ store }, 'a');
  await takeForTemporal(store.claims, 'own');
  cluster.stateOf = async () => 'stopped';
  expect(await settleRun(run, { store, cluster })).toMatchObject({ outcome: 'terminated' });
});
