import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { tellingSilence } from '../../../activities/attempt/tell-silence.ts';
import { connectCluster } from '../../../api/temporal/temporal-cluster-client.ts';
import { TASK_QUEUE } from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import { clusterRun } from '../cluster-run.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

it('costs the root nothing that nodes try again by themselves, however long they are parked', async () => {
  const run = clusterRun(temporal, 'patient');
  const nodes = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
  const engine = fakeEngine({
    run: 1,
    nodes,
    instances: [],
    limits: { selfRetry: 100, selfRetryMax: 100 },
    step: () => {
      // As with the real one, patience begins anew each time, and ends with the second attempt.
      if (Context.current().info.attempt === 1)
        throw ApplicationFailure.create({ type: 'NodeUnreachable', message: 'no route' });
      throw failure('NodeUnreachable', 'no route', true);
    },
  });
  const lengthOf = async (id: string): Promise<number> =>
    (await temporal.client.workflow.getHandle(id).describe()).historyLength;
  const tries = (): number => engine.events.filter((event) => event === 'begin 10.0.0.1 connect').length;
  const { activities } = engine;
  await temporal.withWorker({ ...activities, connect: tellingSilence(activities.connect) }, async () => {
    await run.start();
    await run.untilParked(nodes);
    const node = `${run.id}/1/node/10.0.0.1`;
    await until(() => tries() >= 2, 'it has tried again');
    const before = { root: await lengthOf(run.id), node: await lengthOf(node), tries: tries() };
    await until(() => tries() >= before.tries + 10, 'it has tried ten times');
    expect(await lengthOf(run.id)).toBe(before.root);
    // 10 min doubling to 6 h are 125 rounds in 30 days; docs/limits.md counts with 20 events each.
    expect((await lengthOf(node)) - before.node).toBeLessThan((tries() - before.tries + 1) * 20);
    expect((await run.status()).parked).toHaveLength(3);
    await run.cancel();
    expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
  });
});

it('keeps the last updates for decisions, and says so', async () => {
  const run = clusterRun(temporal, 'used-up');
  const engine = fakeEngine({
    run: 2,
    nodes: ['10.0.0.1', '10.0.0.2'],
    instances: [],
    step: () => {
      throw failure('DiskTooSmall', 'the disk is too small');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await run.untilParked(['10.0.0.1', '10.0.0.2']);
    // An answer to a park that is over: taken up, and without effect.
    const late = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += 1) await run.resolve({ action: 'retry', park: 99 });
    };
    await Promise.all(Array.from({ length: 6 }, () => late(300)));
    await until(() => engine.events.some((event) => event.startsWith('used: 1800 of 2,000')), 'it is said');
    const repeat = run.handle.executeUpdate('deploy', { args: [{ revision: 3 }] });
    await expect(repeat).rejects.toMatchObject({ cause: { type: 'Repeated' } });

    // And even when these are used up as well, by a script that resolves, decisions get through.
    await Promise.all(Array.from({ length: 5 }, () => late(40)));
    expect((await run.status()).used.updates).toBe(2_000);
    const gateway = connectCluster(temporal.server, 'used-up', { engine: 'own', taskQueue: TASK_QUEUE });
    onTestFinished(() => gateway.close());
    expect(await gateway.deploy(3, Date.now() + 9_500)).toEqual({
      run: 2,
      revision: 3,
      repeat: { state: 'parked', parked: expect.arrayContaining(['10.0.0.1', '10.0.0.2']) as string[] },
    });
    await expect(gateway.deploy(4, Date.now() + 9_500)).rejects.toMatchObject({ code: 'RunInProgress' });
    // With a history this long a busy machine may say that it is.
    const decided = (decide: () => Promise<unknown>, isDone: () => Promise<boolean>) =>
      until(async () => {
        await decide().catch(() => undefined);
        return isDone();
      }, 'the decision gets through');
    const abort = () => gateway.resolve({ action: 'abort', targets: ['10.0.0.1'] });
    await decided(abort, async () => (await run.status()).parked.length === 1);
    await decided(gateway.cancel, async () => (await run.handle.describe()).status.name !== 'RUNNING');
    expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
  });
});
