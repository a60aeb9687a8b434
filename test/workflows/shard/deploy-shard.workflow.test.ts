// Over 200 lines, because a second file would start a second Temporal server and bundle the workflows once more.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComponentNeed } from '../../../domain/components.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import type { ResolveRequest } from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import { clusterRun, workUntilCancelled } from '../cluster-run.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { recordHistory } from '../record-history.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;
let next = 0;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

const NATS: ComponentNeed = { component: 'nats', mode: 'any', hard: true };

/** A nats that the root looks after, and deas on nodes of their own that shards look after. */
function largeCluster(deas: number, shards: number) {
  const addresses = Array.from({ length: deas }, (_, index) => `10.0.1.${index}`);
  const name = `sharded${++next}`;
  return {
    name,
    ...clusterRun(temporal, name),
    plan: {
      run: 1,
      nodes: ['10.0.0.1', ...addresses],
      instances: [
        { id: 'nats/0', address: '10.0.0.1' },
        ...addresses.map((address, index) => ({ id: `dea/${index}`, address, needs: [NATS] })),
      ],
      shards: Object.fromEntries(addresses.map((address, index) => [address, (index % shards) + 1])),
    },
    lengthOf: async (id: string): Promise<number> =>
      (await temporal.client.workflow.getHandle(id).describe()).historyLength,
  };
}

/** As few steps as there can be, because only what happens around them matters here. */
const oneStepEach = (engine: ReturnType<typeof fakeEngine>): typeof engine.activities => ({
  ...engine.activities,
  loadSlice: async (slice) => ({
    ...(await engine.activities.loadSlice(slice)),
    names: [slice.target.includes('/') ? 'start' : 'checkDisk'],
  }),
});

describe('a large cluster', () => {
  it('costs the root no history for each node that a shard looks after', async () => {
    const lengths: { root: number; shard: number }[] = [];
    for (const deas of [40, 80]) {
      const { plan, ...cluster } = largeCluster(deas, 2);
      // One after the other, as if each took long: what happens at the same time is told together anyway.
      const engine = fakeEngine({ ...plan, limits: { maxInFlight: 3 } });
      await temporal.withWorker(oneStepEach(engine), async () => {
        await cluster.start();
        expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
      });
      expect(engine.events.filter((event) => /^end dea.* start$/.test(event))).toHaveLength(deas);
      expect(engine.before('end nats/0 start', 'begin dea/0 start')).toBe(true);
      const root = await cluster.lengthOf(cluster.id);
      lengths.push({ root, shard: await cluster.lengthOf(`${cluster.id}/1/shard/1`) });
    }
    const [small, large] = lengths;
    // 40 nodes more: each that the root looks after costs it about 12 events, a shard's next to nothing.
    expect((large?.root ?? 0) - (small?.root ?? 0)).toBeLessThan(40);
    // 20 of them are its own: with 200 it uses less than a tenth of what Temporal allows.
    expect((large?.shard ?? 0) - (small?.shard ?? 0)).toBeLessThan(20 * 20);
  });

  it('has the nodes of the root wait for a build beside those of a shard', async () => {
    const own = Array.from({ length: 7 }, (_, index) => `10.0.0.${index + 1}`);
    const others = Array.from({ length: 7 }, (_, index) => `10.0.1.${index + 1}`);
    const name = `sharded${++next}`;
    const cluster = clusterRun(temporal, name);
    const [builder = ''] = own;
    const [broken = ''] = others;
    const fails = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    const built = Promise.withResolvers<void>();
    let isBuilt = false;
    const engine = fakeEngine({
      run: 1,
      nodes: [...own, ...others],
      instances: [],
      shards: Object.fromEntries(others.map((address) => [address, 1])),
      // Two places each.
      limits: { maxInFlight: 4 },
      awaitBuilds: () => built.promise,
      step: async ({ target, step }) => {
        if (step !== 'buildRuby' || isBuilt) return;
        if (target === builder) await built.promise;
        if (target === builder || isBuilt) return;
        if (target === broken) await fails.promise.then(() => Promise.reject(failure('CommandFailed', 'broken')));
        if (own.includes(target)) await told.promise;
        return builder;
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      const waiting = async (): Promise<number> =>
        (await cluster.status()).waiting.filter(({ target }) => others.includes(target)).length;
      await until(() => engine.events.includes('begin 10.0.1.6 buildRuby'), 'the nodes of the shard wait');
      // That one parks the root is told at once, and everything else with it.
      fails.resolve();
      await until(async () => (await waiting()) >= 5, 'the root knows that they wait');
      told.resolve();
      // Four without a place, and the fifth in the other one.
      await until(() => engine.events.includes('begin 10.0.0.6 buildRuby'), 'its own wait too');
      isBuilt = true;
      built.resolve();
      await cluster.resolve();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    await recordHistory(temporal, name, 'waits-in-a-shard');
  });

  it('parks in a shard as anywhere: by one decision to the root, to the shard or to the child it goes on', async () => {
    const { plan, name, ...cluster } = largeCluster(6, 2);
    let isBroken = true;
    const engine = fakeEngine({
      ...plan,
      step: ({ target, step }) => {
        const isStuck = ['10.0.1.0', '10.0.1.1', '10.0.1.2'].includes(target) || ['dea/3', 'dea/4'].includes(target);
        if (isBroken && isStuck && (step === 'checkDisk' || step === 'start')) throw failure('CommandFailed', 'broken');
      },
    });
    const stuck = ['10.0.1.0', '10.0.1.1', '10.0.1.2', 'dea/3', 'dea/4'];
    await temporal.withWorker(oneStepEach(engine), async () => {
      await cluster.start();
      await cluster.untilParked(stuck);
      await until(async () => (await cluster.status()).phase === 'parked', 'nothing else works');
      expect(await cluster.status()).toMatchObject({ working: [], waiting: [] });
      await expect(cluster.resolve({ action: 'retry', targets: ['dea/5'] })).rejects.toThrow();

      await cluster.resolve({ action: 'retry', targets: ['dea/3'] });
      await until(() => engine.events.filter((event) => event === 'begin dea/3 start').length === 2, 'it tries again');
      await cluster.untilParked(stuck);
      const decide = (id: string, decision: ResolveRequest): Promise<string> =>
        temporal.client.workflow
          .getHandle(`${cluster.id}/1/${id}`)
          .executeUpdate<string, [ResolveRequest]>('resolve', { args: [decision] });
      await decide('shard/1', { action: 'skip', targets: ['10.0.1.0'] });
      await cluster.untilParked(stuck.slice(1));
      await decide('node/10.0.1.1', { action: 'abort' });
      await cluster.untilParked(stuck.slice(2));
      isBroken = false;
      await cluster.resolve();
      expect(await cluster.result()).toMatchObject({ outcome: 'incomplete' });
    });
    const { reason } = await cluster.result();
    expect(inEnglish(reason ?? '')).toBe(
      '10.0.1.0: skipped checkDisk; 10.0.1.1: checkDisk given up: broken; ' +
        'dea/1: its node 10.0.1.1 was given up: checkDisk given up: broken',
    );
    expect(engine.events).toContain('end dea/0 start');
    expect(engine.events).not.toContain('begin dea/1 start');
    expect(engine.events.filter((event) => event === 'end dea/3 start')).toHaveLength(1);
    await recordHistory(temporal, name, 'sharded');
    await recordHistory(temporal, `${name}/1/shard/1`, 'shard');
  });

  it('does not start what needs something that was given up', async () => {
    const { plan, ...cluster } = largeCluster(4, 2);
    const engine = fakeEngine({
      ...plan,
      step: ({ target }) => {
        if (target === 'nats/0') throw failure('CommandFailed', 'broken');
      },
    });
    await temporal.withWorker(oneStepEach(engine), async () => {
      await cluster.start();
      await cluster.untilParked(['nats/0']);
      await until(async () => (await cluster.status()).waiting.length === 4, 'all wait');
      expect((await cluster.status()).waiting).toContainEqual({ target: 'dea/3', for: ['nats'] });
      expect((await cluster.status()).phase).toBe('parked');
      await cluster.resolve({ action: 'abort' });
      const { outcome, reason } = await cluster.result();
      expect(outcome).toBe('incomplete');
      expect(JSON.stringify(reason)).toContain('dea/3');
    });
    expect(engine.events.filter((event) => event.startsWith('begin dea'))).toEqual([]);
  });

  it('goes on where it was when its worker is gone for a while', async () => {
    const { plan, ...cluster } = largeCluster(6, 2);
    const engine = fakeEngine({
      ...plan,
      step: ({ target }) => {
        if (target === '10.0.1.3' && !engine.events.includes('retry 10.0.1.3 checkDisk'))
          throw failure('CommandFailed', 'broken');
      },
    });
    await temporal.withWorker(oneStepEach(engine), async () => {
      await cluster.start();
      await cluster.untilParked(['10.0.1.3']);
      const others = [0, 1, 2, 4, 5].map((index) => `end dea/${index} start`);
      await until(() => others.every((each) => engine.events.includes(each)), 'the others are done');
    });
    const before = engine.events.length;
    await temporal.withWorker(oneStepEach(engine), async () => {
      await cluster.untilParked(['10.0.1.3']);
      await cluster.resolve();
      expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
    });
    expect(engine.events.slice(before).filter((event) => event.startsWith('begin'))).toEqual([
      'begin 10.0.1.3 checkDisk',
      'begin dea/3 start',
    ]);
  });

  it('is cancelled as a whole, when all that works has ended', async () => {
    const { plan, ...cluster } = largeCluster(6, 2);
    const ended: string[] = [];
    const engine = fakeEngine({
      ...plan,
      unreachable: ['10.0.1.5'],
      step: ({ target }) => {
        if (!target.startsWith('10.0.1.')) return;
        return workUntilCancelled(() => void ended.push(target));
      },
    });
    await temporal.withWorker(oneStepEach(engine), async () => {
      await cluster.start();
      await until(() => engine.events.includes('begin 10.0.1.5 checkDisk'), 'nodes are at work');
      await until(() => engine.events.includes('end nats/0 start'), 'nats runs');
      await cluster.cancel();
      const { outcome, reason } = await cluster.result();
      expect(outcome).toBe('cancelled');
      expect(JSON.stringify(reason)).toContain('10.0.1.5');
    });
    expect(ended.length).toBeGreaterThan(0);
    expect(engine.events.at(-1)).toBe('finish cancelled');
    const { status } = await temporal.client.workflow.getHandle(`${cluster.id}/1/shard/1`).describe();
    expect(status.name).toBe('CANCELLED');
  });

  it('changes what turns out to run on nodes that could not be read one at a time, whatever their shards', async () => {
    const { plan, ...cluster } = largeCluster(6, 3);
    const addresses = plan.nodes.slice(1);
    const working = new Set<string>();
    let most = 0;
    const engine = fakeEngine({
      ...plan,
      // The first is new after all, and the last is as it should be.
      unread: Object.fromEntries(
        addresses.map((address, index) => [
          address,
          index === 5 ? {} : { [`dea/${index}`]: index === 0 ? ('added' as const) : ('changed' as const) },
        ]),
      ),
      step: ({ target, step }) => {
        if (!/^dea.[1-4]$/.test(target)) return;
        if (step === 'quiesce') working.add(target);
        most = Math.max(most, working.size);
        if (step === 'start') working.delete(target);
        if (target === 'dea/4' && step === 'start') throw failure('CommandFailed', 'broken');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      await cluster.untilParked(['dea/4']);
      await until(
        () => engine.events.includes('end dea/0 start') && most === 1,
        'the new one does not wait for the turns of the others',
      );
      await cluster.resolve({ action: 'abort' });
      expect(await cluster.result()).toMatchObject({ outcome: 'incomplete' });
    });
    expect(most).toBe(1);
    expect(engine.events.some((event) => event.startsWith('begin dea/5'))).toBe(false);
    const { reason } = await cluster.result();
    const begun = [1, 2, 3].filter((index) => engine.events.includes(`begin dea/${index} quiesce`));
    // Those whose turn had not come stay as they are.
    for (const index of [1, 2, 3])
      expect(inEnglish(reason ?? '').includes(`dea/${index}: not updated: another dea failed before it`)).toBe(
        !begun.includes(index),
      );
  });

  it('is cancelled also where instances wait for turns that others wait for behind them', async () => {
    const { plan, ...cluster } = largeCluster(6, 2);
    const addresses = plan.nodes.slice(1);
    const engine = fakeEngine({
      ...plan,
      unread: Object.fromEntries(
        addresses.map((address, index) => [address, { [`dea/${index}`]: 'changed' as const }]),
      ),
      step: ({ target, step }) => (target.startsWith('dea/') && step === 'quiesce' ? workUntilCancelled() : undefined),
    });
    await temporal.withWorker(engine.activities, async () => {
      await cluster.start();
      await until(() => engine.events.some((event) => /^begin dea.* quiesce$/.test(event)), 'one has its turn');
      const askedTurns = async (): Promise<number> => {
        const { events } = await cluster.handle.fetchHistory();
        const told = events?.flatMap(
          ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads ?? [],
        );
        return String(told?.map(({ data }) => Buffer.from(data ?? []))).split('"kind":"turn"').length - 1;
      };
      await until(async () => (await askedTurns()) === 2, 'one of each shard has asked for its turn');
      await cluster.cancel();
      expect(await cluster.result()).toMatchObject({ outcome: 'cancelled' });
    });
  });

  it('gives up the nodes of a shard that was terminated by hand, and ends what they left running', async () => {
    const { plan, ...cluster } = largeCluster(4, 2);
    const engine = fakeEngine({
      ...plan,
      step: ({ target }) => (target === '10.0.1.1' ? workUntilCancelled() : undefined),
    });
    await temporal.withWorker(oneStepEach(engine), async () => {
      await cluster.start();
      await until(() => engine.events.includes('begin 10.0.1.1 checkDisk'), 'a node is at work');
      await temporal.client.workflow.getHandle(`${cluster.id}/1/shard/2`).terminate('by hand');
      expect(await cluster.result()).toMatchObject({ outcome: 'incomplete' });
    });
    expect(engine.events).toContain('end commands of 10.0.1.1');
    expect(engine.events).toContain('end dea/2 start');
  });

  it('ends with the run that a step reports to be over', async () => {
    const { plan, ...cluster } = largeCluster(4, 2);
    const engine = fakeEngine({
      ...plan,
      step: ({ target }) => {
        if (target === '10.0.1.2') throw failure('RunEnded', 'run 1 has ended');
      },
    });
    await temporal.withWorker(oneStepEach(engine), async () => {
      await cluster.start();
      expect(await cluster.result()).toMatchObject({ outcome: 'terminated' });
    });
  });
});
