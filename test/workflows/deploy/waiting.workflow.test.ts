// Over 200 lines, because a second file would start a second Temporal server and bundle the workflows once more.
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellingSilence } from '../../../activities/attempt/tell-silence.ts';
import { until } from '../../support/until.ts';
import { clusterRun } from '../cluster-run.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { recordHistory } from '../record-history.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;
let next = 0;
const newCluster = () => {
  const name = `w${++next}`;
  return { name, ...clusterRun(temporal, name) };
};

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

describe('a node that the survey could not read', () => {
  it('is looked at once it can be connected to, and what runs there as wanted is left alone', async () => {
    const cluster = newCluster();
    let isLocked = true;
    const engine = fakeEngine({
      run: 20,
      nodes: ['10.0.0.1'],
      instances: [
        { id: 'nats/0', address: '10.0.0.1', change: 'changed' },
        { id: 'etcd/0', address: '10.0.0.1', change: 'changed' },
      ],
      unread: { '10.0.0.1': { 'etcd/0': 'changed' } },
      step: ({ step }) => {
        if (isLocked && step === 'connect') throw failure('AuthenticationFailed', 'wrong password');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      await cluster.untilParked(['10.0.0.1']);
      isLocked = false;
      await cluster.resolve();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    const begun = engine.events.filter((event) => event.startsWith('begin ')).map((event) => event.slice(6));
    expect(begun.filter((event) => event.startsWith('10.0.0.1'))).toEqual(['10.0.0.1 connect', '10.0.0.1 connect']);
    expect(begun.filter((event) => event.startsWith('nats/0'))).toEqual([]);
    expect(begun).toContain('etcd/0 start');
    await recordHistory(temporal, cluster.name, 'looked-at');
  });

  it('gives its running instances their place in the roll of their component', async () => {
    const cluster = newCluster();
    const working = new Set<string>();
    let most = 0;
    const ids = ['nats/0', 'nats/1', 'nats/2'];
    const addressOf = (id: string): string => `10.0.0.${Number(id.at(-1)) + 1}`;
    const engine = fakeEngine({
      run: 21,
      nodes: ids.map(addressOf),
      // What a plan says of what nobody has seen.
      instances: ids.map((id) => ({ id, address: addressOf(id), change: 'added' as const })),
      unread: Object.fromEntries(ids.map((id) => [addressOf(id), { [id]: 'changed' as const }])),
      step: ({ target, step }) => {
        if (step === 'quiesce') working.add(target);
        most = Math.max(most, working.size);
        if (step === 'start') working.delete(target);
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    expect(most).toBe(1);
  });

  it('keeps nobody waiting for what it carries and nobody changes, nor for a soft need', async () => {
    const cluster = newCluster();
    let isCut = true;
    const engine = fakeEngine({
      run: 22,
      nodes: ['10.0.0.1', '10.0.0.2'],
      instances: [
        { id: 'nats/0', address: '10.0.0.1', change: 'untouched', isPresumedRunning: true },
        { id: 'loggregator/0', address: '10.0.0.1', change: 'changed' },
        {
          id: 'dea/1',
          address: '10.0.0.2',
          needs: [
            { component: 'nats', mode: 'any', hard: true },
            { component: 'loggregator', mode: 'any', hard: false },
          ],
        },
      ],
      unread: { '10.0.0.1': {} },
      step: ({ target, step }) => {
        // As a node that does not answer: tried again and again, not parked.
        if (isCut && target === '10.0.0.1' && step === 'connect')
          throw ApplicationFailure.create({ type: 'NodeUnreachable', message: 'no route' });
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      await expect.poll(() => engine.events.includes('end dea/1 start'), { timeout: 100_000 }).toBe(true);
      isCut = false;
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
  });
});

describe('a soft need', () => {
  const soft = (component: 'haproxy' | 'gorouter') => [{ component, mode: 'any' as const, hard: false }];

  it('waits for a component whose own needs were met this moment', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 36,
      nodes: [],
      instances: [
        { id: 'dea/0', address: '10.0.0.1', needs: soft('haproxy') },
        { id: 'haproxy/0', address: '10.0.0.2', needs: [{ component: 'gorouter', mode: 'any', hard: true }] },
        { id: 'gorouter/0', address: '10.0.0.3' },
      ],
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    const starts = engine.events.filter((event) => event.endsWith(' start'));
    expect(starts.indexOf('begin dea/0 start')).toBeGreaterThan(starts.indexOf('end haproxy/0 start'));
  });

  it('does not wait for a component whose node is parked', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 23,
      nodes: ['10.0.0.1'],
      instances: [
        { id: 'haproxy/0', address: '10.0.0.1' },
        { id: 'dea/0', address: '10.0.0.2', needs: soft('haproxy') },
      ],
      step: ({ step }) => {
        if (step === 'checkDisk') throw failure('DiskTooSmall', 'the disk is too small');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      await expect.poll(() => engine.events.includes('end dea/0 start'), { timeout: 100_000 }).toBe(true);
      await cluster.resolve({ action: 'abort' });
      expect(await cluster.result()).toMatchObject({ outcome: 'incomplete' });
    });
    await recordHistory(temporal, cluster.name, 'soft-need');
  });

  it('does not wait for what itself waits for something parked, by a need or by its turn', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 24,
      nodes: [],
      instances: [
        { id: 'nats/0', address: '10.0.0.1' },
        { id: 'gorouter/0', address: '10.0.0.2', needs: [{ component: 'nats', mode: 'any', hard: true }] },
        { id: 'haproxy/0', address: '10.0.0.3', needs: soft('gorouter') },
        { id: 'uaa/0', address: '10.0.0.4', change: 'changed' },
        { id: 'uaa/1', address: '10.0.0.5', change: 'changed' },
        { id: 'login/0', address: '10.0.0.6', needs: [{ component: 'uaa', mode: 'all', hard: false }] },
      ],
      step: ({ target, step }) => {
        if (step === 'start' && (target === 'nats/0' || target === 'uaa/0'))
          throw failure('JobNotRunning', 'it does not exist');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      const started = (id: string) => engine.events.includes(`end ${id} start`);
      await expect.poll(() => started('haproxy/0') && started('login/0'), { timeout: 100_000 }).toBe(true);
      expect(started('gorouter/0')).toBe(false);
      await cluster.resolve({ action: 'abort' });
      expect(await cluster.result()).toMatchObject({ outcome: 'incomplete' });
    });
  });

  it('does not wait for what a parked removal keeps from its place', async () => {
    const cluster = newCluster();
    let isBroken = true;
    const engine = fakeEngine({
      run: 28,
      nodes: [],
      instances: [
        { id: 'haproxy/0', address: '10.0.0.1', change: 'removed' },
        { id: 'haproxy/1', address: '10.0.0.2', afterRemoval: ['haproxy/0'] },
        { id: 'dea/0', address: '10.0.0.3', needs: soft('haproxy') },
      ],
      step: ({ target }) => {
        if (isBroken && target === 'haproxy/0') throw failure('CommandTimedOut', 'it does not stop');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      await expect.poll(() => engine.events.includes('end dea/0 start'), { timeout: 100_000 }).toBe(true);
      expect(engine.events).not.toContain('begin haproxy/1 installJob');
      isBroken = false;
      await cluster.resolve();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    expect(engine.events).toContain('end haproxy/1 start');
  });

  it('still waits for what takes the place of one that is being removed', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 29,
      nodes: [],
      instances: [
        { id: 'haproxy/0', address: '10.0.0.1', change: 'removed' },
        { id: 'haproxy/1', address: '10.0.0.2', afterRemoval: ['haproxy/0'] },
        { id: 'dea/0', address: '10.0.0.3', needs: soft('haproxy') },
      ],
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    expect(engine.before('end haproxy/1 start', 'begin dea/0 quiesce')).toBe(true);
  });

  it('does not wait for a node that has fallen silent since the survey', async () => {
    const cluster = newCluster();
    let isCut = true;
    const engine = fakeEngine({
      run: 27,
      nodes: [],
      instances: [
        { id: 'haproxy/0', address: '10.0.0.1' },
        { id: 'dea/0', address: '10.0.0.2', needs: soft('haproxy') },
      ],
      step: ({ target }) => {
        if (isCut && target === 'haproxy/0')
          throw ApplicationFailure.create({ type: 'NodeUnreachable', message: 'no route' });
      },
    });
    const { activities } = engine;
    // As the real ones are wrapped.
    await temporal.withWorker({ ...activities, quiesce: tellingSilence(activities.quiesce) }, async () => {
      await cluster.start();
      await expect.poll(() => engine.events.includes('end dea/0 start'), { timeout: 100_000 }).toBe(true);
      isCut = false;
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
  });

  it('still waits for what works', async () => {
    const cluster = newCluster();
    const engine = fakeEngine({
      run: 25,
      nodes: [],
      instances: [
        { id: 'haproxy/0', address: '10.0.0.1' },
        { id: 'dea/0', address: '10.0.0.2', needs: soft('haproxy') },
      ],
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    expect(engine.before('end haproxy/0 start', 'begin dea/0 quiesce')).toBe(true);
  });
});

describe('a node that waits for what another builds', () => {
  it('keeps no slot meanwhile, takes one again before it goes on, and then ends', async () => {
    const cluster = newCluster();
    const built = Promise.withResolvers<void>();
    let isBuilt = false;
    const working = new Set<string>();
    let most = 0;
    const engine = fakeEngine({
      run: 26,
      nodes: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      instances: [],
      limits: { maxInFlight: 1 },
      awaitBuilds: () => built.promise,
      step: async ({ target, step }) => {
        if (step === 'buildRuby' && target !== '10.0.0.3' && !isBuilt) return '10.0.0.3';
        // One at a time in what follows too.
        working.add(target);
        most = Math.max(most, working.size);
        await new Promise((resolve) => setImmediate(resolve));
        working.delete(target);
        if (step !== 'compilePackages' || target !== '10.0.0.3') return;
        isBuilt = true;
        built.resolve();
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    expect(engine.before('end 10.0.0.3 compilePackages', 'end 10.0.0.1 buildRuby')).toBe(true);
    expect(engine.events.filter((event) => event === 'begin 10.0.0.1 buildRuby')).toHaveLength(2);
    expect(most).toBe(1);
    await recordHistory(temporal, cluster.name, 'waited-for-builds');
  });
});

describe('nodes that wait for what another builds', () => {
  it('are a few beside those at work, and those that wait then keep their places', async () => {
    const cluster = newCluster();
    const addresses = Array.from({ length: 9 }, (_, index) => `10.0.0.${index + 1}`);
    const [builder = ''] = addresses;
    const built = Promise.withResolvers<void>();
    let isBuilt = false;
    const begun = new Set<string>();
    const engine = fakeEngine({
      run: 30,
      nodes: addresses,
      instances: [],
      limits: { maxInFlight: 2 },
      awaitBuilds: () => built.promise,
      step: async ({ target, step }) => {
        if (!isBuilt) begun.add(target);
        if (step !== 'buildRuby' || isBuilt) return;
        if (target !== builder) return builder;
        await built.promise;
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      // The builder, four without a place, and one that keeps the other place.
      await until(() => engine.events.includes('begin 10.0.0.6 buildRuby'), 'the last of them waits');
      for (let round = 0; round < 20; round += 1) await cluster.handle.query('status');
      const most = begun.size;
      isBuilt = true;
      built.resolve();
      expect(most).toBe(6);
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    await recordHistory(temporal, cluster.name, 'few-wait-for-builds');
  });

  it('let one of them go on that is to build instead', async () => {
    const cluster = newCluster();
    const addresses = Array.from({ length: 9 }, (_, index) => `10.0.0.${index + 1}`);
    const [builder = '', next = ''] = addresses;
    const turn = Promise.withResolvers<void>();
    const built = Promise.withResolvers<void>();
    let isNextsTurn = false;
    let isBuilt = false;
    const engine = fakeEngine({
      run: 31,
      nodes: addresses,
      instances: [],
      limits: { maxInFlight: 2 },
      awaitBuilds: () => (isNextsTurn ? built.promise : Promise.race([turn.promise, built.promise])),
      step: async ({ target, step }) => {
        if (step !== 'buildRuby' || isBuilt) return;
        if (target === builder && !isNextsTurn) await turn.promise;
        if (target === builder) throw failure('CommandFailed', 'it does not build');
        if (target !== next || !isNextsTurn) return isNextsTurn ? next : builder;
        isBuilt = true;
        built.resolve();
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      await until(() => engine.events.includes('begin 10.0.0.6 buildRuby'), 'all places are taken');
      isNextsTurn = true;
      turn.resolve();
      await cluster.untilParked([builder]);
      await until(() => engine.events.includes('end 10.0.0.9 compilePackages'), 'the others are prepared');
      await cluster.resolve();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
  });
});

it('starts a newcomer after the update of a neighbour that may be on its port, or beside one that is parked', async () => {
  const cluster = newCluster();
  let isBroken = true;
  const engine = fakeEngine({
    run: 40,
    nodes: [],
    instances: [
      { id: 'gorouter/0', address: '10.0.0.1', afterUpdate: ['uaa/0'] },
      { id: 'uaa/0', address: '10.0.0.1', change: 'changed' },
      { id: 'haproxy/0', address: '10.0.0.2', afterUpdate: ['uaa/1'] },
      { id: 'uaa/1', address: '10.0.0.2', change: 'changed' },
    ],
    step: ({ target, step }) => {
      if (isBroken && target === 'uaa/1' && step === 'start') throw failure('JobNotRunning', 'uaa does not run');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await cluster.start();
    await cluster.untilParked(['uaa/1']);
    await until(() => engine.events.includes('end haproxy/0 start'), 'nobody waits for what is parked');
    isBroken = false;
    await cluster.resolve();
    expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
  });
  expect(engine.before('end uaa/0 start', 'begin gorouter/0 installJob')).toBe(true);
});
