// Over 200 lines, because a second file would start a second Temporal server and bundle the workflows once more.
import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inEnglish } from '../../../domain/text/text.ts';
import type { ClusterResult } from '../../../workflows/deploy/end-deploy.ts';
import { type DeployRequest, deployUpdate, statusQuery, TASK_QUEUE } from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { recordHistory } from '../record-history.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

const start = (cluster: string) =>
  temporal.client.workflow.start('deployCluster', {
    taskQueue: TASK_QUEUE,
    workflowId: `cluster/${cluster}`,
    args: [{ cluster, operation: 'deploy' }],
  });
const handleOf = (cluster: string) => temporal.client.workflow.getHandle(`cluster/${cluster}`);
const resultOf = (cluster: string): Promise<ClusterResult> => handleOf(cluster).result() as Promise<ClusterResult>;

/** Asks for a deploy as the gateway does; the code of its refusal, or the run. */
const ask = (cluster: string, request: DeployRequest): Promise<string | number> =>
  temporal.client.workflow
    .executeUpdateWithStart(deployUpdate, {
      args: [request],
      startWorkflowOperation: new WithStartWorkflowOperation('deployCluster', {
        workflowId: `cluster/${cluster}`,
        taskQueue: TASK_QUEUE,
        args: [{ cluster, operation: 'deploy' }],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    })
    .then(
      ({ run }) => run,
      (error: unknown) => {
        if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
          return error.cause.type ?? '';
        throw error;
      },
    );

const phaseOf = async (cluster: string) => (await handleOf(cluster).query(statusQuery)).phase;

it('removes what is in the way first, and the others once nobody points to them', async () => {
  const cluster = 'removing';
  const engine = fakeEngine({
    run: 1,
    nodes: [],
    instances: [
      { id: 'nats/1', address: '10.0.0.1', change: 'changed', afterRemoval: ['nats/0'] },
      { id: 'uaa/0', address: '10.0.0.2', change: 'changed' },
      { id: 'nats/0', address: '10.0.0.3', change: 'removed' },
      { id: 'nats/2', address: '10.0.0.4', change: 'removed' },
    ],
  });
  await temporal.withWorker(engine.activities, async () => {
    await start(cluster);
    expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok' });
  });
  expect(engine.before('end nats/0 leaveNode', 'begin nats/1 quiesce')).toBe(true);
  expect(engine.before('end nats/1 verifyInstance', 'begin nats/2 removeInstance')).toBe(true);
  expect(engine.before('end uaa/0 verifyInstance', 'begin nats/2 removeInstance')).toBe(true);
  await recordHistory(temporal, cluster, 'removed');
});

it('does not wait for a node that goes silent while it is left', async () => {
  const cluster = 'silent';
  const engine = fakeEngine({
    run: 2,
    nodes: [],
    instances: [
      { id: 'nats/1', address: '10.0.0.1', change: 'changed', afterRemoval: ['nats/0'] },
      { id: 'nats/0', address: '10.0.0.3', change: 'removed' },
    ],
    step: ({ target }) => {
      if (target === 'nats/0') throw failure('NodeUnreachable', '10.0.0.3 does not answer', true);
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await start(cluster);
    expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok' });
  });
  expect(engine.events).toContain('end nats/1 verifyInstance');
});

it.each([
  ['its node went silent', 'out-of-reach', 'NodeUnreachable', ''],
  ['its stop failed and was skipped', 'skipped', 'JobNotRunning', 'nats/0: skipped removeInstance'],
] as const)('installs nothing in the place of one that is left there because %s', async (_why, cluster, code, said) => {
  const [A, B] = ['10.0.0.1', '10.0.0.2'];
  const engine = fakeEngine({
    run: 5,
    nodes: [],
    instances: [
      { id: 'collector/1', address: A, afterRemoval: ['nats/0'] },
      { id: 'nats/1', address: B, change: 'changed', afterRemoval: ['nats/0'] },
      { id: 'nats/0', address: A, change: 'removed' },
    ],
    step: ({ target, step }) => {
      if (target === 'nats/0' && step === 'removeInstance') throw failure(code, 'it does not stop');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await start(cluster);
    if (said !== '') {
      await until(async () => (await phaseOf(cluster)) === 'parked', 'it parks');
      await handleOf(cluster).executeUpdate('resolve', { args: [{ action: 'skip' }] });
    }
    const { outcome, reason } = await resultOf(cluster);
    expect(outcome).toBe('incomplete');
    expect(inEnglish(reason ?? '')).toContain('collector/1: not installed: nats/0 is still there');
    expect(inEnglish(reason ?? '')).toContain(said);
  });
  expect(engine.events).not.toContain('begin collector/1 installJob');
  expect(engine.events).toContain('end nats/1 verifyInstance');
});

it('keeps one whose successor does not come up', async () => {
  const cluster = 'kept';
  const engine = fakeEngine({
    run: 3,
    nodes: [],
    instances: [
      { id: 'uaa/3', address: '10.0.0.1', change: 'added' },
      { id: 'uaa/2', address: '10.0.0.3', change: 'removed' },
    ],
    step: ({ target, step }) => {
      if (target === 'uaa/3' && step === 'start') throw failure('JobNotRunning', 'uaa does not run');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await start(cluster);
    await until(async () => (await phaseOf(cluster)) === 'parked', 'it parks');
    await handleOf(cluster).executeUpdate('resolve', { args: [{ action: 'abort', targets: ['uaa/3'] }] });
    const { outcome, reason } = await resultOf(cluster);
    expect(outcome).toBe('incomplete');
    expect(inEnglish(reason ?? '')).toContain('uaa/2: not removed: uaa/3 does not run');
  });
  expect(engine.events).not.toContain('begin uaa/2 removeInstance');
});

it.each([
  ['keeps one', 'pointed-to', 'abort', 'incomplete'],
  ['removes one, but not before,', 'no-longer-pointed-to', 'retry', 'ok'],
] as const)('%s to which somebody still points who has parked', async (_what, cluster, action, ended) => {
  let isBroken = true;
  const engine = fakeEngine({
    run: 4,
    nodes: [],
    instances: [
      { id: 'haproxy/0', address: '10.0.0.1', change: 'changed' },
      { id: 'dea/0', address: '10.0.0.2', change: 'changed' },
      { id: 'gorouter/1', address: '10.0.0.3', change: 'removed', afterUpdate: ['haproxy/0'] },
      { id: 'collector/0', address: '10.0.0.4', change: 'removed' },
    ],
    step: ({ target, step }) => {
      if (isBroken && target === 'haproxy/0' && step === 'start')
        throw failure('JobNotRunning', 'haproxy does not run');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await start(cluster);
    await until(async () => engine.events.includes('end collector/0 leaveNode'), 'nobody points to the other');
    await until(async () => (await phaseOf(cluster)) === 'parked', 'it parks');
    expect(engine.events).not.toContain('begin gorouter/1 removeInstance');
    isBroken = false;
    await handleOf(cluster).executeUpdate('resolve', { args: [{ action, targets: ['haproxy/0'] }] });
    const { outcome, reason = '' } = await resultOf(cluster);
    expect(outcome).toBe(ended);
    expect(
      inEnglish(reason).includes('gorouter/1: not removed: haproxy/0 was not updated and may still point to it'),
    ).toBe(action === 'abort');
  });
  expect(engine.events.includes('end gorouter/1 leaveNode')).toBe(action === 'retry');
});

/** Parks for as long as it is broken; each run begins with what the engine has then. */
function parkedCluster(checkDeploy?: () => void) {
  const now = { isBroken: true, run: 7, revision: 3, release: 'r1' };
  const begun: unknown[] = [];
  const engine = fakeEngine({
    run: 7,
    nodes: [],
    instances: [{ id: 'nats/0', address: '10.0.0.1' }],
    step: ({ step }) => {
      if (now.isBroken && step === 'start') throw failure('JobNotRunning', 'nats does not run');
    },
    ...(checkDeploy === undefined ? {} : { checkDeploy }),
  });
  const beginRun: typeof engine.activities.beginRun = async (input) => {
    begun.push(input);
    const { run, revision, release } = now;
    return { run, revision, release, temporalRunId: 'of the fake', batches: [[]] };
  };
  const makePlan: typeof engine.activities.makePlan = async (input) => ({
    ...(await engine.activities.makePlan(input)),
    run: now.run,
  });
  return { now, begun, events: engine.events, activities: { ...engine.activities, beginRun, makePlan } };
}

it.each([
  ['a newer revision', 'newer', { revision: 4, release: 'r1' }],
  ['another release of the same revision', 'mended', { revision: 3, release: 'r2' }],
])('makes way for %s while it is parked', async (_what, cluster, wanted) => {
  const { now, begun, events, activities } = parkedCluster();
  let superseded = '';
  await temporal.withWorker(activities, async () => {
    const { firstExecutionRunId } = await start(cluster);
    superseded = firstExecutionRunId;
    await until(async () => (await phaseOf(cluster)) === 'parked', 'it parks');
    expect(await ask(cluster, { revision: 2 })).toBe('RunInProgress');
    Object.assign(now, wanted, { isBroken: false, run: 8 });
    expect(await ask(cluster, { ...wanted, confirm: 'c' })).toBe('RunEnding');
    await until(async () => events.includes('finish ok'), 'it ends');
    expect(begun[1]).toEqual({ cluster, operation: 'deploy', confirm: 'c', supersedes: 7 });
    const first = temporal.client.workflow.getHandle(`cluster/${cluster}`, firstExecutionRunId);
    expect((await first.describe()).status.name).toBe('CONTINUED_AS_NEW');
    expect(events.filter((event) => event.startsWith('finish'))).toEqual(['finish ok']);
  });
  await recordHistory(temporal, cluster, `superseded-by-${cluster}`, superseded);
});

it('stays parked where the next run would be refused', async () => {
  const cluster = 'refused';
  const { activities } = parkedCluster(() => {
    throw failure('ConfirmationNeeded', 'etcd/0 would be taken away');
  });
  await temporal.withWorker(activities, async () => {
    await start(cluster);
    await until(async () => (await phaseOf(cluster)) === 'parked', 'it parks');
    expect(await ask(cluster, { revision: 4 })).toBe('ConfirmationNeeded');
    expect(await phaseOf(cluster)).toBe('parked');
    await handleOf(cluster).executeUpdate('cancel');
    expect(await resultOf(cluster)).toMatchObject({ outcome: 'cancelled' });
  });
});

it.each([
  ['an update', 'called-off', (handle: ReturnType<typeof handleOf>) => handle.executeUpdate('cancel')],
  ["Temporal's own cancel", 'called-off-by-temporal', (handle: ReturnType<typeof handleOf>) => handle.cancel()],
])('is cancelled by %s although it makes way for another', async (_how, cluster, cancel) => {
  const { begun, events, activities } = parkedCluster();
  let endCommands = (): void => {};
  const ended = new Promise<void>((resolve) => (endCommands = resolve));
  const slowly: typeof activities.endCommands = async (input) => {
    const end = await activities.endCommands(input);
    await ended;
    return end;
  };
  await temporal.withWorker({ ...activities, endCommands: slowly }, async () => {
    await start(cluster);
    await until(async () => (await phaseOf(cluster)) === 'parked', 'it parks');
    expect(await ask(cluster, { revision: 4 })).toBe('RunEnding');
    await until(async () => events.includes('end commands of nats/0'), 'it is being ended');
    await cancel(handleOf(cluster));
    endCommands();
    expect(await resultOf(cluster)).toMatchObject({ outcome: 'cancelled', run: 7 });
  });
  expect(begun).toHaveLength(1);
  expect(events.filter((event) => event.startsWith('finish'))).toEqual(['finish cancelled']);
});
