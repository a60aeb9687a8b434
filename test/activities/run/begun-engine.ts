import { beforeEach } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import type { Release } from '../../../domain/release/release.ts';
import type { Store } from '../../../store/store.ts';
import { allLines, texts } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { activate } from '../../support/serials.ts';
import { dependencies } from '../workplace.ts';

export const RELEASE = { name: 'cf', version: '170', sha256: 'aa'.repeat(32) } as Release;

const openStore = useStores(openSqlite);

export let store: Store;
export let deps: ActivityDependencies;

beforeEach(async () => {
  store = await openStore();
  await store.engine.identity();
  await activate(store);
  const given = dependencies(store);
  deps = { ...given, mirror: { ...given.mirror, release: async () => RELEASE } };
});

export const activities = () => createRunActivities(deps);
export const lines = async (run: number): Promise<string[]> => texts(await allLines(store, run));
