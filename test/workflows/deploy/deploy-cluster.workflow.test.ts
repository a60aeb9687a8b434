// Over 200 lines, because a second file would start a second Temporal server and bundle the workflows once more.
import { WithStartWorkflowOperation, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inEnglish } from '../../../domain/text/text.ts';
import type { ClusterResult } from '../../../workflows/deploy/end-deploy.ts';
import { deployUpdate, type ResolveRequest, statusQuery, TASK_QUEUE } from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { recordHistory } from '../record-history.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;
let next = 0;
const newCluster = (): string => `t${++next}`;

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

const resultOf = (cluster: string): Promise<ClusterResult> =>
  temporal.client.workflow.getHandle(`cluster/${cluster}`).result() as Promise<ClusterResult>;

const statusOf = (cluster: string) => temporal.client.workflow.getHandle(`cluster/${cluster}`).query(statusQuery);

// As the Web UI sends it: with no input at all, or with one.
const resolve = (handle: WorkflowHandle, request?: ResolveRequest): Promise<string> =>
  request === undefined
    ? handle.executeUpdate<string, []>('resolve')
    : handle.executeUpdate<string, [ResolveRequest]>('resolve', { args: [request] });

async function untilParked(cluster: string, targets: readonly string[]): Promise<void> {
  await expect
    .poll(async () => (await statusOf(cluster)).parked.map(({ target }) => target).toSorted(), { timeout: 100_000 })
    .toEqual(targets.toSorted());
}

const record = (cluster: string, name: string): Promise<void> => recordHistory(temporal, cluster, name);

describe('deployCluster', () => {
  it('starts an instance only when its node is prepared and what it needs runs', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 1,
      nodes: ['10.0.0.1', '10.0.0.2'],
      instances: [
        { id: 'uaa/0', address: '10.0.0.1', needs: [{ component: 'nats', mode: 'any', hard: true }] },
        { id: 'nats/0', address: '10.0.0.2' },
      ],
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok', run: 1 });
    });
    expect(engine.before('end 10.0.0.2 compilePackages', 'begin nats/0 quiesce')).toBe(true);
    expect(engine.before('end nats/0 start', 'begin uaa/0 quiesce')).toBe(true);
    await record(cluster, 'done');
  });

  it('works on nodes at the same time, and on one instance of a node at a time', async () => {
    const cluster = newCluster();
    const [here, there] = ['10.0.0.1', '10.0.0.2'];
    const instances = ['nats/0', 'login/0', 'collector/0'].map((id) => ({ id, address: here }));
    // Each waits for the other.
    const pairs = [
      [`${here} connect`, `${there} connect`],
      ['nats/0 quiesce', 'etcd/0 quiesce'],
    ];
    const [begun, working] = [new Set<string>(), new Set<string>()];
    let most = 0;
    const engine = fakeEngine({
      run: 12,
      nodes: [here, there],
      instances: [...instances, { id: 'etcd/0', address: there }],
      step: async ({ target, step }) => {
        const work = `${target} ${step}`;
        begun.add(work);
        const pair = pairs.find((each) => each.includes(work)) ?? [];
        await until(() => pair.every((each) => begun.has(each)), `${pair.join(' and ')} begin`, 50_000);
        if (!instances.some(({ id }) => id === target)) return;
        if (step === 'quiesce') working.add(target);
        most = Math.max(most, working.size);
        if (step === 'start') working.delete(target);
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok' });
    });
    expect(most).toBe(1);
  });

  it('says unchanged when nothing has work', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({ run: 2, nodes: [], instances: [] });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'unchanged' });
    });
    expect(engine.events).toEqual(['finish unchanged']);
  });

  it('says unchanged when every step found nothing to do', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 14,
      nodes: ['10.0.0.1'],
      instances: [{ id: 'nats/0', address: '10.0.0.1' }],
      isUnchanged: true,
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      expect(await resultOf(cluster)).toEqual({ outcome: 'unchanged', run: 14 });
    });
    expect(engine.events.at(-1)).toBe('finish unchanged');
  });

  it('goes on under the number that its plan gives it', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({ run: 1, nodes: ['10.0.0.1'], instances: [] });
    const { makePlan } = engine.activities;
    const raised = async (input: { run: number }) => ({ ...(await makePlan(input)), run: 51 });
    await temporal.withWorker({ ...engine.activities, makePlan: raised }, async () => {
      await start(cluster);
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok', run: 51 });
      const node = temporal.client.workflow.getHandle(`cluster/${cluster}/51/node/10.0.0.1`);
      expect((await node.describe()).status.name).toBe('COMPLETED');
    });
  });

  it('parks one node while the others go on, and finishes after a retry', async () => {
    const cluster = newCluster();
    let isBroken = true;
    const engine = fakeEngine({
      run: 3,
      nodes: ['10.0.0.1', '10.0.0.2'],
      instances: [
        { id: 'nats/0', address: '10.0.0.1' },
        { id: 'etcd/0', address: '10.0.0.2' },
      ],
      step: ({ target, step }) => {
        if (isBroken && target === '10.0.0.1' && step === 'checkDisk')
          throw failure('DiskTooSmall', 'the disk is too small');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      await untilParked(cluster, ['10.0.0.1']);
      await expect.poll(() => engine.events.includes('end etcd/0 start'), { timeout: 100_000 }).toBe(true);
      await expect.poll(async () => (await statusOf(cluster)).phase, { timeout: 100_000 }).toBe('parked');
      await record(cluster, 'parked');
      isBroken = false;
      const handle = temporal.client.workflow.getHandle(`cluster/${cluster}`);
      expect(await resolve(handle)).toBe('retry: 10.0.0.1');
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok' });
    });
    expect(engine.events).toContain('retry 10.0.0.1 checkDisk');
  });

  it('ends incomplete when a node is given up, and tells what was not started for it', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 4,
      nodes: ['10.0.0.1', '10.0.0.2'],
      instances: [
        { id: 'nats/0', address: '10.0.0.1' },
        { id: 'uaa/0', address: '10.0.0.2', needs: [{ component: 'nats', mode: 'any', hard: true }] },
      ],
      step: ({ target, step }) => {
        if (target === '10.0.0.1' && step === 'connect') throw failure('AuthenticationFailed', 'wrong password');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      await untilParked(cluster, ['10.0.0.1']);
      const handle = temporal.client.workflow.getHandle(`cluster/${cluster}`);
      await resolve(handle, { action: 'abort', targets: ['10.0.0.1'] });
      const { outcome, reason } = await resultOf(cluster);
      expect(outcome).toBe('incomplete');
      expect(inEnglish(reason ?? '')).toContain('uaa/0: not started: needs nats');
    });
    await record(cluster, 'aborted');
  });

  it('resolves a parked child through its own update', async () => {
    const cluster = newCluster();
    let isBroken = true;
    const engine = fakeEngine({
      run: 5,
      nodes: ['10.0.0.1'],
      instances: [{ id: 'nats/0', address: '10.0.0.1' }],
      step: ({ target, step }) => {
        if (isBroken && target === 'nats/0' && step === 'start') throw failure('JobNotRunning', 'nats does not exist');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      await untilParked(cluster, ['nats/0']);
      isBroken = false;
      await resolve(temporal.client.workflow.getHandle(`cluster/${cluster}/5/instance/nats/0`));
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok' });
    });
  });

  it('refuses to skip what nothing could follow, and to resolve where nothing is parked', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 6,
      nodes: ['10.0.0.1'],
      instances: [],
      step: ({ step }) => {
        if (step === 'connect') throw failure('AuthenticationFailed', 'wrong password');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      await untilParked(cluster, ['10.0.0.1']);
      const handle = temporal.client.workflow.getHandle(`cluster/${cluster}`);
      const refusal = (request: ResolveRequest) =>
        resolve(handle, request).then(
          () => 'accepted',
          (error: unknown) =>
            error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure
              ? error.cause.type
              : String(error),
        );
      expect(await refusal({ action: 'skip' })).toBe('InvalidRequest');
      expect(await refusal({ action: 'retry', targets: ['10.0.0.9'] })).toBe('NothingParked');
      await resolve(handle, { action: 'abort' });
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'incomplete' });
    });
  });

  it('retries a parked step by itself when its cause may go away', async () => {
    const cluster = newCluster();
    let failures = 1;
    const engine = fakeEngine({
      run: 7,
      nodes: ['10.0.0.1'],
      instances: [],
      limits: { selfRetry: 200 },
      step: ({ step }) => {
        if (step === 'connect' && failures-- > 0) throw failure('NodeUnreachable', 'no route', true);
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok' });
    });
    expect(engine.events).toContain('retry 10.0.0.1 connect');
  });

  it('answers a deploy after the survey, a repeat with the same run, and another revision with RunInProgress', async () => {
    const cluster = newCluster();
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const engine = fakeEngine({ run: 8, nodes: ['10.0.0.1'], instances: [], step: () => gate });
    const deploy = (revision: number) =>
      temporal.client.workflow.executeUpdateWithStart(deployUpdate, {
        startWorkflowOperation: new WithStartWorkflowOperation('deployCluster', {
          taskQueue: TASK_QUEUE,
          workflowId: `cluster/${cluster}`,
          workflowIdConflictPolicy: 'USE_EXISTING',
          args: [{ cluster, operation: 'deploy' }],
        }),
        args: [{ revision }],
      });
    await temporal.withWorker(engine.activities, async () => {
      expect(await deploy(3)).toMatchObject({ run: 8, revision: 3 });
      await expect(deploy(3)).rejects.toMatchObject({
        cause: { type: 'Repeated', details: [{ run: 8, revision: 3, repeat: { state: 'working', parked: [] } }] },
      });
      await expect(deploy(4)).rejects.toMatchObject({ cause: { type: 'RunInProgress' } });
      letGo();
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok' });
    });
  });

  it('ends as refused, without a run, when the run may not begin', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 9,
      nodes: [],
      instances: [],
      beginRun: () => {
        throw failure('ConfigMissing', 'there is no configuration');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      expect(await resultOf(cluster)).toEqual({ outcome: 'refused', reason: 'there is no configuration' });
    });
    expect(engine.events).toEqual([]);
  });

  it('updates running instances of a component one at a time and stops the roll at the first failure', async () => {
    const cluster = newCluster();
    const working = new Set<string>();
    let most = 0;
    const engine = fakeEngine({
      run: 10,
      nodes: [],
      instances: ['nats/0', 'nats/1', 'nats/2'].map((id, index) => ({
        id,
        address: `10.0.0.${index + 1}`,
        change: 'changed' as const,
      })),
      step: ({ target, step }) => {
        if (step === 'quiesce') working.add(target);
        most = Math.max(most, working.size);
        if (target === 'nats/1' && step === 'start') throw failure('JobNotRunning', 'nats does not exist');
        if (step === 'start') working.delete(target);
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      await untilParked(cluster, ['nats/1']);
      const handle = temporal.client.workflow.getHandle(`cluster/${cluster}`);
      await resolve(handle, { action: 'abort' });
      const { reason } = await resultOf(cluster);
      expect(inEnglish(reason ?? '')).toContain('nats/2: not updated: another nats failed before it');
    });
    expect(most).toBe(1);
  });

  it('shows a decided step as parked no longer, even while its place is taken', async () => {
    const cluster = newCluster();
    let isBroken = true;
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const engine = fakeEngine({
      run: 13,
      nodes: [],
      instances: ['nats/0', 'uaa/0'].map((id) => ({ id, address: '10.0.0.1' })),
      step: ({ target, step }) => {
        if (target === 'nats/0' && isBroken) throw failure('NodeUnfit', 'no such kernel');
        return target === 'uaa/0' && step === 'start' ? gate : undefined;
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      await untilParked(cluster, ['nats/0']);
      await expect.poll(() => engine.events.includes('begin uaa/0 start'), { timeout: 100_000 }).toBe(true);
      isBroken = false;
      await resolve(temporal.client.workflow.getHandle(`cluster/${cluster}`));
      await untilParked(cluster, []);
      expect(engine.events.filter((event) => event === 'begin nats/0 quiesce')).toHaveLength(1);
      letGo();
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok' });
    });
  });

  it('prepares no more nodes at a time than allowed, and parked ones do not count', async () => {
    const cluster = newCluster();
    let parked = true;
    const engine = fakeEngine({
      run: 11,
      nodes: ['10.0.0.1', '10.0.0.2'],
      instances: [],
      limits: { maxInFlight: 1 },
      step: ({ target, step }) => {
        if (parked && target === '10.0.0.1' && step === 'connect')
          throw failure('AuthenticationFailed', 'wrong password');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await start(cluster);
      await untilParked(cluster, ['10.0.0.1']);
      await expect.poll(() => engine.events.includes('end 10.0.0.2 compilePackages'), { timeout: 100_000 }).toBe(true);
      parked = false;
      await resolve(temporal.client.workflow.getHandle(`cluster/${cluster}`));
      expect(await resultOf(cluster)).toMatchObject({ outcome: 'ok' });
    });
  });
});
