import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../activities/run/run-activities.ts';
import { unpackPlan } from '../../../domain/plan/root-plan.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import { allLines, beginRun, upTo } from '../../store/samples.ts';
import { activities, lines, store } from './begun-engine.ts';

const LIMITS = { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1, maxInFlight: 50 };

const PLAN: Plan = {
  run: 1,
  revision: 1,
  release: 'aa',
  nodes: [
    { address: '10.0.0.1', profile: 'debian-12', steps: [{ name: 'installMonit', reasons: ['no monit'] }] },
    { address: '10.0.0.2', profile: undefined, steps: [{ name: 'connect', reasons: ['silent'] }], isUnread: true },
  ],
  instances: [
    {
      id: 'nats/0',
      address: '10.0.0.1',
      change: 'changed',
      reasons: ['properties'],
      steps: ['installJob', 'start'],
      needs: [],
      after: [],
    },
    {
      id: 'uaa/0',
      address: '10.0.0.3',
      change: 'removed',
      reasons: ['no longer wanted', 'its node is silent'],
      steps: [],
      needs: [],
      after: [],
    },
  ],
  interruptions: [{ instance: 'nats/0', what: 'nats/0 restarts: logs stop', reasons: ['properties'] }],
  builds: {},
  limits: LIMITS,
};

/** A run with a plan. */
async function planned(plan: Partial<Plan> = {}): Promise<number> {
  const run = await beginRun(store);
  await store.runs.savePlan({ ...PLAN, ...plan, run });
  return run;
}

describe('makePlan', () => {
  it("returns the root's part, and says what is to be done, missed, and put off", async () => {
    const run = await planned();
    expect(await activities().makePlan({ run })).toEqual({
      run,
      nodes: [{ address: '10.0.0.1' }, { address: '10.0.0.2', isUnread: true }],
      instances: [{ id: 'nats/0', address: '10.0.0.1', change: 'changed', needs: [], after: [] }],
      limits: LIMITS,
    });
    expect(unpackPlan(await activities().makePlan({ run, packs: true }))).toEqual(await activities().makePlan({ run }));
    expect(await lines(run)).toEqual([
      '2 nodes to prepare, 1 instance to update',
      'nats/0 restarts: logs stop',
      'uaa/0 is not removed now: its node is silent',
    ]);
    await activities().makePlan({ run });
    expect(await lines(run)).toHaveLength(3);
  });

  it.each<[string, Partial<Plan>]>([
    ['no changes', { nodes: [], instances: [], interruptions: [] }],
    [
      'no changes, 1 node to sweep',
      { nodes: [], instances: [], interruptions: [], sweeps: [{ address: '10.0.0.1', what: '1 package' }] },
    ],
    [
      '0 nodes to prepare, 0 instances to update, 1 to remove',
      {
        nodes: [],
        interruptions: [],
        instances: PLAN.instances.slice(1).map((each) => ({ ...each, steps: ['removeInstance'] })),
      },
    ],
  ])('says: %s', async (line, plan) => {
    const run = await planned(plan);
    await activities().makePlan({ run });
    expect(await lines(run)).toEqual([line]);
  });
});

describe('loadSlice', () => {
  it.each([
    ['10.0.0.1', { names: ['installMonit'], limits: LIMITS, changes: [{ id: 'nats/0', change: 'changed' }] }],
    ['10.0.0.2', { names: ['connect'], limits: LIMITS, isUnread: true }],
    ['nats/0', { names: ['installJob', 'start'], limits: LIMITS }],
    ['10.0.0.9', { names: [], limits: LIMITS }],
  ])('is the part of %s', async (target, slice) => {
    const run = await planned();
    expect(await activities().loadSlice({ run, target })).toEqual(slice);
  });

  it('is refused without a plan', async () => {
    const run = await beginRun(store);
    await expect(activities().loadSlice({ run, target: 'nats/0' })).rejects.toMatchObject({ code: 'RunEnded' });
  });
});

describe('recordDecision', () => {
  const key = { target: 'nats/0', step: 'start', round: 1 } as const;

  it.each<[Decision['action'], string, string, string]>([
    ['retry', 'parked', 'info', 'nats/0: retry start (a try)'],
    ['skip', 'skipped', 'warn', 'nats/0: skip start (a try)'],
    ['abort', 'aborted', 'warn', 'nats/0: abort start (a try)'],
  ])('%s leaves the step %s', async (action, state, level, text) => {
    const run = await beginRun(store);
    await store.steps.begin({ run, ...key });
    await store.steps.fail({ run, ...key }, { code: 'CommandFailed', message: '', counts: true, parks: true });
    await activities().recordDecision({ run, ...key, action, reason: 'a try' });
    await activities().recordDecision({ run, ...key, action, reason: 'a try' });
    expect((await store.steps.of(run))[0]).toMatchObject({ state });
    expect((await allLines(store, run)).map(({ level: at, line }) => [at, line])).toEqual([[level, text]]);
  });

  it.each([
    ['called off', true],
    ['called off before it had begun', false],
  ])('abort ends every park of the step, whose last retry was %s', async (_, hasBegun) => {
    const run = await beginRun(store);
    for (const round of [1, 2]) {
      await store.steps.begin({ run, ...key, round });
      const parks = { code: 'CommandFailed', message: '', counts: true, parks: true };
      await store.steps.fail({ run, ...key, round }, parks);
    }
    if (hasBegun) {
      await store.steps.begin({ run, ...key, round: 3 });
      await store.steps.end({ run, ...key, round: 3 }, 'aborted', ['cancelled']);
    }
    for (const _again of upTo(2))
      await activities().recordDecision({ run, ...key, round: 3, action: 'abort', reason: 'a try' });
    const ended = (await store.steps.of(run)).map(({ state, reasons }) => [state, reasons]);
    expect(ended).toEqual(upTo(hasBegun ? 3 : 2).map(() => ['aborted', ['a try']]));
  });
});

describe('what is said of a run', () => {
  it('is said once, and nothing after its end', async () => {
    const run = await beginRun(store);
    const { noteOperation, noteLimit, finishRun } = activities();
    for (const _ of upTo(2)) await noteOperation({ run, line: 'nats/0 was restarted', id: 'operation', level: 'info' });
    for (const _ of upTo(2)) await noteLimit({ run, used: 'all updates' });
    await finishRun({ run, outcome: 'ok' });
    await noteOperation({ run, line: 'too late', id: 'late', level: 'info' });
    expect(await lines(run)).toEqual([
      'nats/0 was restarted',
      expect.stringMatching(/^all updates of /),
      'deploy 1 OK',
    ]);
  });
});
