import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { expect, it } from 'vitest';
import { askConfirmation } from '../../../activities/run/ask-confirmation.ts';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import type { ComponentName } from '../../../domain/components.ts';
import { isEngineError } from '../../../domain/errors.ts';
import type { Store } from '../../../store/store.ts';
import { configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { activate } from '../../support/serials.ts';
import { nodeContext } from '../samples.ts';
import { dependencies } from '../workplace.ts';

const opened = useStores(openSqlite);

async function clusterWith(components: readonly ComponentName[]): Promise<Store> {
  const store = await opened();
  const places = components.map((component) => ({ component, address: '10.0.0.1' }));
  for (const each of await store.nodes.ensureNumbers(places))
    await store.installed.note({ ...each, id: `${each.component}/${each.number}` }, { revision: 1, release: 'r' });
  return store;
}

/** What is said to a configuration with nats and this; undefined = it may be deployed. */
async function said(
  store: Store,
  components: Parameters<typeof configuration>[0],
  { confirm, release = 'r' }: { readonly confirm?: string; readonly release?: string } = {},
) {
  const revision = await store.configurations.accept(configuration({ nats: ['10.0.0.1'], ...components }), {});
  const error: unknown = await askConfirmation(store, { revision, release, confirm }).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error === undefined) return undefined;
  if (!isEngineError(error, 'ConfirmationNeeded')) throw error;
  return error;
}

it('asks nothing where no data is left behind', async () => {
  const store = await clusterWith(['nats', 'etcd', 'dea']);
  expect(await said(store, { etcd: ['10.0.0.1'] })).toBeUndefined();
});

it.each(['database', 'nfs_server', 'etcd'] as const)('asks before %s goes, or moves', async (component) => {
  const store = await clusterWith(['nats', component]);
  const gone = await said(store, {});
  expect(gone?.message).toContain(`${component}/0 on 10.0.0.1`);
  expect(await said(store, { [component]: ['10.0.0.2'] })).toBeDefined();
});

it('is content with the hash it has told, for exactly that plan', async () => {
  const store = await clusterWith(['nats', 'etcd']);
  const confirm = (await said(store, {}))?.details['hash'] as string;
  expect(confirm).toMatch(/^[0-9a-f]{64}$/);
  expect(await said(store, {}, { confirm })).toBeUndefined();
  expect(await said(store, {}, { confirm, release: 'r2' })).toBeDefined();
  expect(await said(store, { dea: ['10.0.0.1'] }, { confirm })).toBeDefined();
});

/** Begins a deploy of what was posted last, and ends it before it has done anything. */
async function beginAndEnd(store: Store, temporalRunId: string, confirm?: string): Promise<void> {
  await store.engine.identity();
  await activate(store);
  const deps = dependencies(store);
  const { release } = nodeContext();
  const { beginRun, finishRun } = createRunActivities({
    ...deps,
    mirror: { ...deps.mirror, release: async () => release },
  });
  const info = { workflowExecution: { workflowId: 'cluster/cf', runId: temporalRunId } };
  const { run } = await asyncLocalStorage.run({ info } as unknown as Context, () =>
    beginRun({ cluster: 'cf', operation: 'deploy', ...(confirm === undefined ? {} : { confirm }) }),
  );
  await finishRun({ run, outcome: 'cancelled' });
}

it('asks once: a run that began with the hash need not come to its end', async () => {
  const store = await clusterWith(['nats', 'etcd', 'database']);
  const { sha256: release } = nodeContext().release;
  const confirm = (await said(store, { database: ['10.0.0.1'] }, { release }))?.details['hash'] as string;
  await expect(beginAndEnd(store, 'without')).rejects.toMatchObject({ code: 'ConfirmationNeeded' });
  await beginAndEnd(store, 'with', confirm);
  await beginAndEnd(store, 'again');
  expect(await said(store, { database: ['10.0.0.1'] }, { release: 'r2' })).toBeUndefined();
  const both = await said(store, {});
  expect(both?.details['instances']).toEqual([{ id: 'database/0', address: '10.0.0.1' }]);
});

it('asks again about one that was wanted once more', async () => {
  const store = await clusterWith(['nats', 'etcd']);
  const { sha256: release } = nodeContext().release;
  await beginAndEnd(store, 'out', (await said(store, {}, { release }))?.details['hash'] as string);
  await said(store, { etcd: ['10.0.0.1'] });
  await beginAndEnd(store, 'in');
  expect(await said(store, {})).toBeDefined();
});
