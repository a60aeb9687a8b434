import { expect, it, onTestFinished } from 'vitest';
import { clusterInstances } from '../../../api/views/cluster-instances.ts';
import { openStore } from '../../../store/open-store.ts';
import type { Store } from '../../../store/store.ts';
import { beginRun, configuration } from '../../store/samples.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function storeWithTwoNats(): Promise<Store> {
  const store = await openStore({ dataDir: temporaryFolder() });
  onTestFinished(() => store.close());
  await store.configurations.accept(configuration({ nats: ['10.0.0.1', '10.0.0.2'] }), {});
  return store;
}

const named = async (store: Store) =>
  (await clusterInstances(store)).instances.map(({ id, address, index, isWanted, isInstalled }) =>
    [id, address, index, isWanted ? 'wanted' : 'not wanted', isInstalled ? 'installed' : 'not installed'].join(' '),
  );

it('is refused without a configuration', async () => {
  const store = await openStore({ dataDir: temporaryFolder() });
  onTestFinished(() => store.close());
  await expect(clusterInstances(store)).rejects.toMatchObject({ code: 'ConfigMissing' });
});

it('goes by the posted configuration before the first run', async () => {
  expect(await named(await storeWithTwoNats())).toEqual([
    'nats/0 10.0.0.1 0 wanted not installed',
    'nats/1 10.0.0.2 1 wanted not installed',
  ]);
});

it('goes by the newest revision a run has begun with, and holds what is only installed still', async () => {
  const store = await storeWithTwoNats();
  await beginRun(store);
  await store.nodes.ensureNumbers([
    { component: 'nats', address: '10.0.0.1' },
    { component: 'nats', address: '10.0.0.2' },
    { component: 'dea', address: '10.0.0.3' },
  ]);
  await store.configurations.accept(configuration({ nats: ['10.0.0.9'] }), {});
  const by = { revision: 1, release: 'aa' };
  await store.installed.note({ id: 'nats/1', component: 'nats', number: 1, address: '10.0.0.2' }, by);
  await store.installed.note({ id: 'dea/0', component: 'dea', number: 0, address: '10.0.0.3' }, by);
  await store.installed.setStopped('dea/0', 42);
  expect(await named(store)).toEqual([
    'nats/0 10.0.0.1 0 wanted not installed',
    'nats/1 10.0.0.2 1 wanted installed',
    'dea/0 10.0.0.3 0 not wanted installed',
  ]);
  const { revision, instances } = await clusterInstances(store);
  expect(revision.number).toBe(1);
  expect(instances.map(({ stoppedAt }) => stoppedAt)).toEqual([undefined, undefined, 42]);
});
