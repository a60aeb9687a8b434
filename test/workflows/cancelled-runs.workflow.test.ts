import { setTimeout as wait } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { clusterRun, workUntilCancelled } from './cluster-run.ts';
import { failure, fakeEngine } from './fake-engine.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';

let temporal: WorkflowTemporal;

/** Whether the workflow has worked since it was asked to end. */
async function hasHeardCancel(handle: WorkflowHandle): Promise<boolean> {
  const events = (await handle.fetchHistory()).events ?? [];
  const asked = events.findIndex(({ workflowExecutionCancelRequestedEventAttributes: request }) => request != null);
  return asked !== -1 && events.slice(asked).some(({ workflowTaskCompletedEventAttributes: done }) => done != null);
}

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

describe('a cancelled run', () => {
  it('ends although nobody waits for a node that only builds, and others take longer to end', async () => {
    const run = clusterRun(temporal, 'builder');
    const engine = fakeEngine({
      run: 1,
      nodes: ['10.0.0.2'],
      instances: [{ id: 'nats/0', address: '10.0.0.1' }],
      step: ({ target, step }) => {
        if (target === '10.0.0.2') return step === 'compilePackages' ? workUntilCancelled() : undefined;
        return step === 'installJob' ? workUntilCancelled(() => wait(2000)) : undefined;
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await until(() => engine.events.includes('begin 10.0.0.2 compilePackages'), 'the builder compiles');
      await until(() => engine.events.includes('begin nats/0 installJob'), 'the instance is worked on');
      await run.cancel();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled', run: 1 });
    });
    expect(engine.events.at(-1)).toBe('finish cancelled');
  });

  it('is over only when every child is', async () => {
    const run = clusterRun(temporal, 'several');
    const ended: string[] = [];
    const engine = fakeEngine({
      run: 2,
      nodes: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      instances: [
        { id: 'nats/0', address: '10.0.0.1' },
        { id: 'etcd/0', address: '10.0.0.2' },
        { id: 'uaa/0', address: '10.0.0.3' },
      ],
      step: ({ target, step }) => {
        if (target !== '10.0.0.3' && step !== 'installJob') return;
        // Each takes its own time to end what runs on its node.
        return workUntilCancelled(async () => {
          await wait({ 'nats/0': 0, 'etcd/0': 1500 }[target] ?? 2500);
          ended.push(target);
        });
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await until(
        () => ['nats/0 installJob', 'etcd/0 installJob'].every((each) => engine.events.includes(`begin ${each}`)),
        'two instances and a node are being worked on',
      );
      await run.cancel();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
      expect(ended.toSorted()).toEqual(['10.0.0.3', 'etcd/0', 'nats/0']);
      const { status } = await temporal.client.workflow.getHandle(`${run.id}/2/instance/etcd/0`).describe();
      expect(status.name).toBe('CANCELLED');
    });
    expect(engine.events.at(-1)).toBe('finish cancelled');
  });

  it('ends what its targets have left running, and names the node where that is not known', async () => {
    const run = clusterRun(temporal, 'unknown');
    const engine = fakeEngine({
      run: 5,
      nodes: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      instances: [],
      unreachable: ['10.0.0.2'],
      step: ({ target, step }) => {
        // Nobody watches its commands while it is parked, or waits to try again.
        if (target === '10.0.0.1') throw failure('CommandFailed', 'it failed');
        if (target === '10.0.0.2') throw ApplicationFailure.create({ type: 'ConnectionLost', message: 'it was lost' });
        return step === 'checkDisk' ? workUntilCancelled() : undefined;
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await run.untilParked(['10.0.0.1']);
      await until(() => engine.events.includes('begin 10.0.0.3 checkDisk'), 'the third is at work');
      await run.cancel();
      const { outcome, reason } = await run.result();
      expect({ outcome, reason }).toEqual({
        outcome: 'cancelled',
        reason: 'cancelled by an operator; remote-unknown: 10.0.0.2',
      });
    });
    const ends = engine.events.filter((event) => event.startsWith('end commands')).toSorted();
    expect(ends).toEqual([1, 2, 3].map((node) => `end commands of 10.0.0.${node}`));
    expect(engine.events.at(-1)).toBe('finish cancelled');
  });

  it('ends as cancelled while a decided target waits for its place', async () => {
    const run = clusterRun(temporal, 'decided');
    let isBroken = true;
    const engine = fakeEngine({
      run: 3,
      nodes: [],
      instances: ['nats/0', 'uaa/0'].map((id) => ({ id, address: '10.0.0.1' })),
      step: ({ target, step }) => {
        if (target === 'nats/0' && isBroken) throw failure('NodeUnfit', 'no such kernel');
        return target === 'uaa/0' && step === 'start' ? workUntilCancelled(() => wait(1000)) : undefined;
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await run.untilParked(['nats/0']);
      await until(() => engine.events.includes('begin uaa/0 start'), 'the place is taken');
      isBroken = false;
      await run.resolve();
      await run.untilParked([]);
      await run.cancel();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
    });
    expect(engine.events.at(-1)).toBe('finish cancelled');
  });

  it('is closed as cancelled when it is cancelled before it has its number', async () => {
    const run = clusterRun(temporal, 'early');
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const engine = fakeEngine({ run: 4, nodes: ['10.0.0.1'], instances: [] });
    const { beginRun } = engine.activities;
    const slow = async (input: Parameters<typeof beginRun>[0]) => {
      engine.events.push('begin run');
      await gate;
      return beginRun(input);
    };
    await temporal.withWorker({ ...engine.activities, beginRun: slow }, async () => {
      await run.start();
      await until(() => engine.events.includes('begin run'), 'it begins');
      await run.handle.cancel();
      await until(() => hasHeardCancel(run.handle), 'the workflow knows that it is cancelled');
      letGo();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled', run: 4 });
    });
    expect(engine.events).toEqual(['begin run', 'finish cancelled']);
  });
});
