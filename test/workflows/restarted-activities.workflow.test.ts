import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../store/open-store.ts';
import { OWN_NAMESPACE } from '../../temporal/temporal-server.ts';
import { allLines, configuration, texts } from '../store/samples.ts';
import { events, readLedger } from '../support/ledger.ts';
import { createLocalNode } from '../support/local-node.ts';
import { FENCE } from '../support/run-request.ts';
import { activate } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { oneStepCluster } from './one-step-cluster.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

/** A run whose one step is at work on a command, and that command. */
async function working(name: string) {
  const store = await openStore({ dataDir: temporaryFolder() });
  await activate(store);
  await store.configurations.accept(configuration(), {});
  const node = createLocalNode();
  await node.session.installRunner({ ...FENCE, run: 1 });
  onTestFinished(async () => {
    await node.remove();
    await store.close();
  });
  const gate = join(temporaryFolder(), 'gate');
  const run = oneStepCluster(temporal, { name, store, node, gate });
  const activity = {
    namespace: OWN_NAMESPACE,
    execution: { workflowId: `${run.id}/1/node/local` },
    id: 'buildRuby',
    identity: 'somebody at the Web UI',
  };
  const count = (event: string): number => readLedger(node.directory).filter((line) => line.event === event).length;
  return {
    ...run,
    store,
    node,
    activity,
    pending: async () => {
      const { raw } = await temporal.client.workflow.getHandle(activity.execution.workflowId).describe();
      return JSON.stringify(raw.pendingActivities);
    },
    goOn: () => writeFileSync(gate, ''),
    untilListened: (times: number) =>
      until(() => count('attached') === times, `somebody listens again, ${times} times`, 40_000),
    untilStarted: () => until(() => count('started') === 1, 'the command runs', 40_000),
  };
}

it('Pause and Reset of a step leave its command at work, and the log loses and repeats nothing', async () => {
  const run = await working('reset-activity');
  const { workflowService } = temporal.client.workflow;
  await temporal.withWorker(run.activities, async () => {
    await run.start();
    await run.untilStarted();
    await workflowService.pauseActivity(run.activity);
    await until(async () => (await run.pending()).includes('"PENDING_ACTIVITY_STATE_PAUSED"'), 'it is paused', 40_000);
    await workflowService.unpauseActivity(run.activity);
    await run.untilListened(1);
    await workflowService.resetActivity(run.activity);
    await run.untilListened(2);
    run.goOn();
    expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
  });
  expect(events(readLedger(run.node.directory))).toBe('started, attached, attached, ended 0');
  const lines = texts(await allLines(run.store, 1));
  const done = expect.stringMatching(/^buildRuby: done in /) as string;
  expect(lines.slice(2)).toEqual(['buildRuby: not done yet', 'working', 'done', done, 'deploy 1 OK']);
  expect(await run.store.steps.of(1)).toMatchObject([{ state: 'done', failures: 0, reasons: ['not done yet'] }]);
});
