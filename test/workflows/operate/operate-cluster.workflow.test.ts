// Over 200 lines, because a second file would start a second Temporal server and bundle the workflows once more.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstanceOperation } from '../../../domain/plan/operation.ts';
import {
  deployUpdate,
  type OperateRequest,
  type OperateResult,
  operateUpdate,
  operationWorkflowId,
  statusQuery,
  TASK_QUEUE,
} from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import { clusterRun, workUntilCancelled } from '../cluster-run.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { operate, operateWhenParked } from './inside-parked.ts';
import { recordHistory } from '../record-history.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

const NATS = { id: 'nats/0', address: '10.0.0.1' };
const DATABASE = { id: 'database/0', address: '10.0.0.3' };
const CLUSTER = [
  NATS,
  { id: 'nats/1', address: '10.0.0.2' },
  DATABASE,
  { id: 'uaa/0', address: '10.0.0.4' },
  { id: 'gorouter/0', address: '10.0.0.1' },
];
const ALL = CLUSTER.map(({ id }) => id);
const engineOf = (more: Partial<Parameters<typeof fakeEngine>[0]> = {}) =>
  fakeEngine({ run: 7, nodes: [], instances: CLUSTER, ...more });

/** A run as the gateway starts it: the request that waits for it is its own. */
async function begin(cluster: string, operation: InstanceOperation, instances: readonly string[]) {
  const handle = await temporal.client.workflow.start(`${operation}Cluster`, {
    taskQueue: TASK_QUEUE,
    workflowId: `cluster/${cluster}`,
    args: [{ cluster, instances, request: 'mine' }],
  });
  const operate = (request: Partial<OperateRequest> = {}) =>
    handle.executeUpdate<OperateResult, [OperateRequest]>(operateUpdate, {
      args: [{ operation, instances, request: 'mine', ...request }],
    });
  return { handle, operate };
}

const cause = (refusal: Promise<unknown>) => refusal.catch((error: Error) => error.cause);

describe('a restart', () => {
  it('goes in the order of a start, one of a component at a time', async () => {
    const atWork = { now: [] as string[], most: 0 };
    const engine = engineOf({
      step: async ({ target }) => {
        atWork.now.push(target);
        const natses = atWork.now.filter((id) => id.startsWith('nats/')).length;
        atWork.most = Math.max(atWork.most, natses);
        await new Promise((resolve) => setTimeout(resolve, 50));
        atWork.now = atWork.now.filter((id) => id !== target);
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      const { handle, operate } = await begin('rolling', 'restart', ALL);
      expect(await operate()).toEqual({ run: 7, notDone: {}, notes: {} });
      expect(await handle.result()).toEqual({ outcome: 'ok', run: 7 });
    });
    expect(atWork.most).toBe(1);
    const begun = (id: string) => engine.events.indexOf(`begin ${id} restart`);
    expect(begun('uaa/0')).toBeGreaterThan(engine.events.indexOf('end database/0 restart'));
    expect(begun('uaa/0')).toBeGreaterThan(engine.events.indexOf('end nats/0 restart'));
    expect(begun('gorouter/0')).toBeGreaterThan(engine.events.indexOf('end nats/0 restart'));
    expect(begun('nats/1')).toBeGreaterThan(engine.events.indexOf('end nats/0 restart'));
    expect(engine.events.at(-1)).toBe('finish ok');
    await recordHistory(temporal, 'rolling', 'restart-done');
  });

  it('has the next on a node get ready while one is at work there, and no other', async () => {
    const atWork = { now: new Set<string>(), most: 0 };
    const instances = ['nats/0', 'database/0', 'etcd/0', 'syslog_aggregator/0'].map((id) => ({
      id,
      address: '10.0.0.1',
    }));
    const engine = engineOf({
      instances,
      step: async ({ target }) => {
        atWork.now.add(target);
        atWork.most = Math.max(atWork.most, atWork.now.size);
        await until(() => atWork.most > 1, 'another one is at work');
        await wait(50);
        atWork.now.delete(target);
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      const ids = instances.map(({ id }) => id);
      const { handle, operate } = await begin('pairs', 'restart', ids);
      expect(await operate()).toEqual({ run: 7, notDone: {}, notes: {} });
      await handle.result();
    });
    expect(atWork.most).toBe(2);
  });

  it('ends the roll at the first failure, leaves what needs it, and says all of it', async () => {
    const engine = engineOf({
      step: ({ target }) => {
        if (target === 'nats/0') throw failure('JobNotRunning', 'nats does not exist');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      const { handle, operate } = await begin('broken-roll', 'restart', ALL);
      expect(await operate()).toEqual({
        run: 7,
        problem: { code: 'JobNotRunning', message: expect.stringContaining('nats/0: nats does not exist') },
        notDone: {
          'nats/0': { state: 'failed', code: 'JobNotRunning', reason: 'nats does not exist' },
          'nats/1': { state: 'left', reason: 'not restarted: another nats failed before it' },
          'uaa/0': { state: 'left', reason: 'not restarted: needs nats' },
          'gorouter/0': { state: 'left', reason: 'not restarted: needs nats' },
        },
        notes: {},
      });
      expect(await handle.result()).toMatchObject({ outcome: 'incomplete', run: 7 });
    });
    expect(engine.events).toContain('end database/0 restart');
    expect(engine.events).not.toContain('begin nats/1 restart');
  });

  it('that is cancelled leaves no command at work, and names the node where that is not known', async () => {
    const engine = engineOf({
      unreachable: ['database/0'],
      step: () => workUntilCancelled(),
    });
    await temporal.withWorker(engine.activities, async () => {
      const { handle, operate } = await begin('cancelled', 'restart', ['nats/0', 'database/0']);
      const answer = operate();
      await until(() => engine.events.filter((event) => event.startsWith('begin ')).length === 2, 'both are at work');
      await handle.cancel();
      expect(await handle.result()).toMatchObject({
        outcome: 'cancelled',
        reason: expect.stringMatching(/remote-unknown: 10\.0\.0\.3$/),
      });
      expect(await answer).toMatchObject({ problem: { code: 'RunEnded' } });
    });
    for (const id of ['nats/0', 'database/0'])
      expect(engine.before(`end commands of ${id}`, 'finish cancelled')).toBe(true);
  });

  it('of which one was terminated by hand ends what that has left running', async () => {
    const engine = engineOf({ step: ({ target }) => (target === 'nats/0' ? workUntilCancelled() : undefined) });
    await temporal.withWorker(engine.activities, async () => {
      const { handle, operate } = await begin('terminated', 'restart', ['nats/0', 'database/0']);
      const answer = operate();
      await until(() => engine.events.includes('begin nats/0 restart'), 'it is at work');
      const child = operationWorkflowId('terminated', { run: 7, operation: 'restart', id: 'nats/0', ordinal: 1 });
      await temporal.client.workflow.getHandle(child).terminate();
      expect(await answer).toMatchObject({ notDone: { 'nats/0': { reason: 'its workflow was terminated by hand' } } });
      expect(await handle.result()).toMatchObject({ outcome: 'incomplete' });
    });
    expect(engine.events).toContain('end commands of nats/0');
  });

  it('that is cancelled names those it was not done to', async () => {
    const engine = engineOf({ step: ({ target }) => (target === 'nats/0' ? undefined : workUntilCancelled()) });
    await temporal.withWorker(engine.activities, async () => {
      const { handle, operate } = await begin('half-way', 'restart', ['nats/0', 'nats/1', 'database/0']);
      const answer = operate();
      await until(() => engine.events.includes('begin nats/1 restart'), 'the second one is at work');
      await handle.executeUpdate('cancel');
      expect(await answer).toMatchObject({ problem: { code: 'RunEnded' }, undone: ['nats/1', 'database/0'] });
    });
  });

  it('names itself to others although it has no number yet', async () => {
    const engine = engineOf();
    const begun = Promise.withResolvers<void>();
    const beginRun: typeof engine.activities.beginRun = async (input) => {
      await begun.promise;
      return engine.activities.beginRun(input);
    };
    await temporal.withWorker({ ...engine.activities, beginRun }, async () => {
      const { handle, operate } = await begin('beginning', 'stop', ['nats/0']);
      expect(await cause(operate({ request: 'another' }))).toMatchObject({
        message: 'A stop is at work (the run that begins); ask when it has ended.',
      });
      begun.resolve();
      await handle.result();
    });
  });

  it('touches nothing where a node does not answer', async () => {
    const engine = engineOf({
      refuseOperation: () => ({ code: 'NodeUnreachable', message: '10.0.0.4 cannot be reached' }),
    });
    await temporal.withWorker(engine.activities, async () => {
      const { handle, operate } = await begin('silent', 'restart', ALL);
      expect(await operate()).toMatchObject({
        problem: { code: 'NodeUnreachable', message: '10.0.0.4 cannot be reached' },
        undone: ALL,
      });
      expect(await handle.result()).toMatchObject({ outcome: 'failed', reason: '10.0.0.4 cannot be reached' });
    });
    expect(engine.events).toEqual([`plan restart ${ALL.join(' ')}`, 'finish failed']);
  });

  it('shows each instance under its own label, and refuses everybody else meanwhile', async () => {
    const engine = engineOf({ step: () => workUntilCancelled() });
    await temporal.withWorker(engine.activities, async () => {
      const { handle, operate } = await begin('working', 'restart', ['nats/0']);
      const answer = operate();
      await until(() => engine.events.includes('begin nats/0 restart'), 'it works');
      const child = await temporal.client.workflow.getHandle('cluster/working/7/restart/nats/0').describe();
      expect(await child.staticSummary()).toBe('Restart nats/0 on 10.0.0.1');
      expect(child.searchAttributes).toMatchObject({ Operation: ['restart'], Phase: ['working'], Run: ['7'] });
      expect(await handle.query(statusQuery)).toMatchObject({ run: 7, phase: 'working', working: ['nats/0'] });
      const held = { type: 'RunInProgress', details: [{ run: 7, revision: 3, operation: 'restart' }] };
      expect(await cause(operate({ request: 'another' }))).toMatchObject(held);
      expect(await cause(operate({ request: 'another', operation: 'stop' }))).toMatchObject(held);
      expect(await cause(handle.executeUpdate(deployUpdate, { args: [{ revision: 3 }] }))).toMatchObject(held);
      expect(await cause(handle.executeUpdate('resolve'))).toMatchObject({ type: 'NothingParked' });
      await recordHistory(temporal, 'working', 'restart-working');
      await handle.executeUpdate('cancel');
      expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
      expect(await answer).toMatchObject({ problem: { code: 'RunEnded' } });
    });
    expect(engine.events.at(-1)).toBe('finish cancelled');
  });
});

describe('a stop', () => {
  it('goes the other way round, and past what does not stop', async () => {
    const engine = engineOf({
      step: ({ target }) => {
        if (target === 'uaa/0') throw failure('JobNotRunning', 'does not stop');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      const { handle, operate } = await begin('stopping', 'stop', ALL);
      expect(await operate()).toMatchObject({
        problem: { code: 'JobNotRunning' },
        notDone: { 'uaa/0': { state: 'failed', code: 'JobNotRunning', reason: 'does not stop' } },
      });
      expect(await handle.result()).toMatchObject({ outcome: 'incomplete' });
    });
    const { events } = engine;
    expect(events.indexOf('begin nats/0 stop')).toBeGreaterThan(events.indexOf('end gorouter/0 stop'));
    expect(events.indexOf('begin nats/0 stop')).toBeGreaterThan(events.indexOf('begin uaa/0 stop'));
    expect(events).toEqual(expect.arrayContaining(['end nats/0 stop', 'end nats/1 stop', 'end database/0 stop']));
  });

  it('of what is stopped already changes nothing', async () => {
    const engine = engineOf({ isUnchanged: true });
    await temporal.withWorker(engine.activities, async () => {
      const { handle, operate } = await begin('stopped', 'stop', ['nats/0']);
      expect(await operate()).toEqual({ run: 7, notDone: {}, notes: {} });
      expect(await handle.result()).toEqual({ outcome: 'unchanged', run: 7 });
      await recordHistory(temporal, 'stopped', 'stop-done');
    });
  });
});

it.each([
  ['nothing', undefined],
  ['null', null],
  ['no instance', { instances: [] }],
  ['a word for everything', { instances: 'all' }],
  ['what is no instance', { instances: ['nats'] }],
  ['another cluster', { cluster: 'other', instances: ['nats/0'] }],
])('refuses to be started in the Web UI with %s', async (what, input) => {
  const engine = engineOf();
  await temporal.withWorker(engine.activities, async () => {
    const handle = await temporal.client.workflow.start('restartCluster', {
      taskQueue: TASK_QUEUE,
      workflowId: `cluster/by-hand-${what.replaceAll(' ', '-')}`,
      args: input === undefined ? [] : [input],
    });
    expect(await handle.result()).toMatchObject({ outcome: 'refused' });
  });
  expect(engine.events).toEqual([]);
});

describe('inside a parked deploy', () => {
  const parkedDeploy = (repaired: { is: boolean }, step = 'start') =>
    fakeEngine({
      run: 8,
      nodes: [],
      instances: [NATS, DATABASE],
      step: (input) => {
        if (input.target === 'nats/0' && input.step === step && !repaired.is)
          throw failure('JobNotRunning', 'nats does not exist');
      },
    });
  const untilParked = (run: ReturnType<typeof clusterRun>): Promise<void> =>
    until(async () => (await run.status()).phase === 'parked', 'it is parked and nothing works');

  it('restarts what runs and what is parked, whose step is then tried again', async () => {
    const run = clusterRun(temporal, 'parked');
    const repaired = { is: false };
    const engine = parkedDeploy(repaired);
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await untilParked(run);
      expect(await operate(run, { operation: 'restart', instances: ['database/0'] })).toEqual({
        run: 8,
        notDone: {},
        notes: {},
      });
      const child = await temporal.client.workflow.getHandle('cluster/parked/8/restart/database/0').describe();
      expect(await child.staticSummary()).toBe('Restart database/0 on 10.0.0.3');
      expect(child.searchAttributes).toMatchObject({ Operation: ['restart'], Run: ['8'] });
      await untilParked(run);
      await recordHistory(temporal, 'parked', 'operated-while-parked');
      repaired.is = true;
      expect(await operate(run, { operation: 'restart', instances: ['nats/0'] })).toEqual({
        run: 8,
        notDone: {},
        notes: { 'nats/0': 'its parked step start is tried again' },
      });
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 8 });
    });
    expect(engine.events).toContain('retry nats/0 start');
    expect(engine.events).toContain('restart nats/0: done');
  });

  it.each(['cancel', "Temporal's own cancel"])('is over before the run ends by %s', async (how) => {
    const run = clusterRun(temporal, how === 'cancel' ? 'cancelled-inside' : 'cancelled-by-temporal');
    const engine = fakeEngine({
      run: 8,
      nodes: [],
      instances: [NATS, DATABASE],
      step: ({ target, step }) => {
        if (target === 'nats/0' && step === 'start') throw failure('JobNotRunning', 'nats does not exist');
        if (step === 'restart')
          return workUntilCancelled(() => wait(2000).then(() => void engine.events.push('ended')));
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await untilParked(run);
      const restart = cause(operate(run, { operation: 'restart', instances: ['database/0'] }));
      await until(() => engine.events.includes('begin database/0 restart'), 'it is being restarted');
      await (how === 'cancel' ? run.cancel() : run.handle.cancel());
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
      expect(await restart).toMatchObject({ type: 'RunEnded' });
    });
    expect(engine.before('ended', 'finish cancelled')).toBe(true);
  });

  it('leaves a park alone that a restart has not helped, and one that is stopped', async () => {
    const run = clusterRun(temporal, 'still-parked');
    const engine = fakeEngine({
      run: 8,
      nodes: [],
      instances: [NATS],
      step: (input) => {
        if (input.step === 'start' || input.step === 'restart') throw failure('JobNotRunning', 'nats does not exist');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await untilParked(run);
      expect(await operate(run, { operation: 'restart', instances: ['nats/0'] })).toMatchObject({
        problem: { code: 'JobNotRunning' },
        notDone: { 'nats/0': { reason: 'nats does not exist' } },
      });
      expect(await operate(run, { operation: 'stop', instances: ['nats/0'] })).toMatchObject({
        notes: { 'nats/0': 'stays parked at start: retry starts it again, abort leaves it stopped' },
      });
      expect(engine.events).not.toContain('retry nats/0 start');
      await run.cancel();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
    });
  });

  it('keeps what is stopped from trying again by itself, until somebody decides', async () => {
    const run = clusterRun(temporal, 'held');
    const repaired = { is: false };
    const stopping = Promise.withResolvers<void>();
    const engine = fakeEngine({
      run: 8,
      nodes: [],
      instances: [NATS, DATABASE, { id: 'collector/0', address: '10.0.0.9' }],
      limits: { selfRetry: 500, selfRetryMax: 500 },
      step: async ({ target, step }) => {
        if (step === 'stop' && target === 'nats/0') await stopping.promise;
        if (step === 'stop' && target === 'database/0') throw failure('JobNotRunning', 'it does not stop');
        if (step === 'start' && !repaired.is) throw failure('JobNotRunning', `${target} does not exist`, true);
      },
    });
    const starts = (id: string): number => engine.events.filter((event) => event === `begin ${id} start`).length;
    const untilOthersTry = async (): Promise<void> => {
      const before = starts('collector/0');
      await until(() => starts('collector/0') > before + 2, 'another one has tried again by itself');
    };
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await until(() => starts('nats/0') > 1 && starts('database/0') > 1, 'they try again by themselves');
      const stop: OperateRequest = { operation: 'stop', instances: ['nats/0', 'database/0'] };
      const stopped = operateWhenParked(run, stop);
      await until(() => engine.events.includes('begin nats/0 stop'), 'it is being stopped');
      const before = starts('nats/0');
      await untilOthersTry();
      stopping.resolve();
      expect(await stopped).toMatchObject({ notDone: { 'database/0': { state: 'failed' } } });
      const unstopped = starts('database/0');
      await untilOthersTry();
      await until(() => starts('database/0') > unstopped, 'what did not stop tries again by itself');
      expect(starts('nats/0')).toBe(before);
      repaired.is = true;
      await run.resolve({ action: 'retry', targets: ['nats/0'] });
      expect(await run.result()).toMatchObject({ outcome: 'ok' });
    });
  });

  it('restarts nothing that is being removed', async () => {
    const run = clusterRun(temporal, 'removing');
    const engine = fakeEngine({
      run: 8,
      nodes: [],
      instances: [{ ...NATS, change: 'removed' }, DATABASE],
      step: ({ step }) => {
        if (step === 'removeInstance') throw failure('JobNotRunning', 'it does not stop');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await untilParked(run);
      const why = 'not restarted: it is being removed and parked at removeInstance';
      expect(await operate(run, { operation: 'restart', instances: ['database/0', 'nats/0'] })).toEqual({
        run: 8,
        notDone: { 'nats/0': { state: 'left', reason: why } },
        notes: {},
      });
      expect(await operate(run, { operation: 'stop', instances: ['nats/0'] })).toMatchObject({
        notes: { 'nats/0': 'stays parked at removeInstance: retry removes it, abort leaves it stopped' },
      });
      expect(engine.events.filter((event) => event === 'begin nats/0 removeInstance')).toHaveLength(1);
      await run.cancel();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
    });
  });

  it('tries again what is not ready to be started, and waits for what comes of it', async () => {
    const run = clusterRun(temporal, 'unready');
    const repaired = { is: false };
    const engine = parkedDeploy(repaired, 'installJob');
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await untilParked(run);
      expect(await operate(run, { operation: 'restart', instances: ['nats/0'] })).toMatchObject({
        problem: { code: 'JobNotRunning', message: expect.stringContaining('parked at installJob again') },
      });
      repaired.is = true;
      expect(await operate(run, { operation: 'restart', instances: ['nats/0'] })).toEqual({
        run: 8,
        notDone: {},
        notes: {},
      });
      expect(await run.result()).toMatchObject({ outcome: 'ok' });
    });
    expect(engine.events).not.toContain('begin nats/0 restart');
  });

  it('is refused while the deploy works, and what is typed wrongly always', async () => {
    const run = clusterRun(temporal, 'deploying');
    const work = Promise.withResolvers<void>();
    const engine = fakeEngine({ run: 8, nodes: ['10.0.0.1'], instances: [], step: () => work.promise });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await until(() => engine.events.includes('begin 10.0.0.1 connect'), 'it works');
      const request: OperateRequest = { operation: 'restart', instances: ['nats/0'] };
      expect(await cause(operate(run, request))).toMatchObject({
        type: 'RunInProgress',
        details: [{ run: 8, revision: 3, operation: 'deploy' }],
      });
      for (const wrong of [undefined, {}, { operation: 'dance', instances: ['nats/0'] }, { operation: 'stop' }])
        expect(await cause(operate(run, wrong as OperateRequest))).toMatchObject({ type: 'InvalidRequest' });
      work.resolve();
      expect(await run.result()).toMatchObject({ outcome: 'ok' });
    });
  });
});
