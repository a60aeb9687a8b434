import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { expect, it } from 'vitest';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import type { Outcome } from '../../../domain/run/run.ts';
import { configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { activate } from '../../support/serials.ts';
import { nodeContext } from '../samples.ts';
import { dependencies } from '../workplace.ts';

const opened = useStores(openSqlite);

async function engine() {
  const store = await opened();
  await store.engine.identity();
  await store.configurations.accept(configuration(), {});
  const own = dependencies(store);
  const { release } = nodeContext();
  const activities = createRunActivities({ ...own, mirror: { ...own.mirror, release: async () => release } });
  const begin = (runId: string, supersedes?: number) => {
    const info = { workflowExecution: { workflowId: 'cluster/cf', runId } };
    const beginning = { cluster: 'cf', operation: 'deploy' as const };
    return asyncLocalStorage.run({ info } as unknown as Context, () =>
      activities.beginRun(supersedes === undefined ? beginning : { ...beginning, supersedes }),
    );
  };
  const used = async () => (await store.serials.all()).map((serial) => serial.used);
  const deploy = async (runId: string, outcome: Outcome) => {
    const { run } = await begin(runId);
    await activities.finishRun({ run, outcome });
    // Temporal repeats an activity whose answer got lost.
    await activities.finishRun({ run, outcome });
  };
  return { store, ...activities, begin, deploy, used };
}

const NOT_ACTIVATED = { code: 'NotActivated', message: expect.stringContaining('sample/serial') };
const USED_UP = { code: 'DeploymentLimitReached', details: { used: 2, deployments: 2 } };

it('begins no deploy before the engine is activated, and begins no run', async () => {
  const { store, begin, checkDeploy } = await engine();
  await expect(begin('first')).rejects.toMatchObject(NOT_ACTIVATED);
  await expect(checkDeploy({})).rejects.toMatchObject(NOT_ACTIVATED);
  expect(await store.runs.list({ limit: 1 })).toEqual([]);
  await activate(store);
  await begin('first');
});

it('begins as many as the serial is good for, whatever did not end well in between', async () => {
  const { store, deploy, begin, checkDeploy, used } = await engine();
  await activate(store, { deployments: 2 });
  await deploy('one', 'ok');
  for (const outcome of ['failed', 'incomplete', 'cancelled', 'unchanged'] as const) await deploy(outcome, outcome);
  expect(await used()).toEqual([1]);
  await deploy('two', 'ok');
  expect(await used()).toEqual([2]);
  await expect(begin('three')).rejects.toMatchObject(USED_UP);
  await expect(checkDeploy({})).rejects.toMatchObject(USED_UP);

  await activate(store, { id: 'ab'.repeat(10), deployments: 50 });
  await deploy('three', 'ok');
  expect((await used()).toSorted((one, other) => one - other)).toEqual([1, 2]);
});

it('goes on with a run that has begun, and counts the one that took over from it', async () => {
  const { store, begin, finishRun, used } = await engine();
  await activate(store, { deployments: 1 });
  const { run } = await begin('first');
  // Its answer was lost.
  expect((await begin('first')).run).toBe(run);
  const second = await begin('second', run);
  await finishRun({ run: second.run, outcome: 'ok' });
  await finishRun({ run, outcome: 'ok' });
  expect(await used()).toEqual([1]);
  await expect(begin('third')).rejects.toMatchObject({ code: 'DeploymentLimitReached' });
  expect((await begin('second')).run).toBe(second.run);
});
