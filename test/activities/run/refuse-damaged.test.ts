import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { expect, it } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import type { DamagedFile } from '../../../domain/damaged-file.ts';
import { configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { activate } from '../../support/serials.ts';
import { nodeContext } from '../samples.ts';
import { dependencies } from '../workplace.ts';

const opened = useStores(openSqlite);

/** An engine whose files are damaged as the list says at the time. */
async function engine(damage: readonly DamagedFile[]) {
  const store = await opened();
  await store.engine.identity();
  await store.configurations.accept(configuration(), {});
  await activate(store);
  const own = dependencies(store);
  const { release } = nodeContext();
  const deps: ActivityDependencies = {
    ...own,
    damagedFiles: async () => damage,
    mirror: { ...own.mirror, release: async () => release },
  };
  const activities = createRunActivities(deps);
  return {
    store,
    ...activities,
    begin: (runId: string) => {
      const info = { workflowExecution: { workflowId: 'cluster/cf', runId } };
      return asyncLocalStorage.run({ info } as unknown as Context, () =>
        activities.beginRun({ cluster: 'cf', operation: 'deploy' }),
      );
    },
  };
}

const CHANGED: DamagedFile = { path: 'server/main.ts', how: 'changed' };

it('refuses to begin a deploy, names the files, and begins no run', async () => {
  const { begin, checkDeploy, store } = await engine([CHANGED, { path: 'api/main.ts', how: 'missing' }]);
  const refusal = {
    code: 'EngineDamaged',
    status: 500,
    message: expect.stringMatching(
      /^2 files of the engine differ from its package: server\/main.ts is changed; api.*, run \.\/local_build\.sh, and restart the engine\.$/,
    ),
    details: { files: [CHANGED, { path: 'api/main.ts', how: 'missing' }], count: 2 },
  };
  await expect(begin('first')).rejects.toMatchObject(refusal);
  await expect(checkDeploy({})).rejects.toMatchObject(refusal);
  expect(await store.runs.list({ limit: 1 })).toEqual([]);
});

it('names twenty of many, and counts them', async () => {
  const many = Array.from({ length: 30 }, (_, n): DamagedFile => ({ path: `file-${n}`, how: 'missing' }));
  const { begin } = await engine(many);
  await expect(begin('first')).rejects.toMatchObject({
    message: expect.stringMatching(/file-19 is missing and 10 more\. /),
    details: { files: many.slice(0, 20), count: 30 },
  });
});

it('goes on with a run that has begun', async () => {
  const damage: DamagedFile[] = [];
  const { begin } = await engine(damage);
  const { run } = await begin('first');
  damage.push(CHANGED);
  expect((await begin('first')).run).toBe(run);
  await expect(begin('second')).rejects.toMatchObject({ code: 'EngineDamaged' });
});
