import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createRunActivities, type Decision } from '../../../activities/run/run-activities.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import type { Release } from '../../../domain/release/release.ts';
import type { Store } from '../../../store/store.ts';
import { allLines, beginRun, configuration, texts, upTo } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { activate } from '../../support/serials.ts';
import { dependencies } from '../workplace.ts';

const RELEASE = { name: 'cf', version: '170', sha256: 'aa'.repeat(32) } as Release;
const LIMITS = { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1, maxInFlight: 50 };

const openStore = useStores(openSqlite);

let store: Store;
let deps: ActivityDependencies;

beforeEach(async () => {
  store = await openStore();
  await store.engine.identity();
  await activate(store);
  const given = dependencies(store);
  deps = { ...given, mirror: { ...given.mirror, release: async () => RELEASE } };
});

const activities = () => createRunActivities(deps);
const lines = async (run: number): Promise<string[]> => texts(await allLines(store, run));

describe('beginRun', () => {
  type Beginning = Parameters<ReturnType<typeof createRunActivities>['beginRun']>[0];
  const begin = ({
    workflowId = 'cluster/cf',
    runId = 'first',
    ...beginning
  }: Partial<Beginning> & { readonly workflowId?: string; readonly runId?: string } = {}) =>
    asyncLocalStorage.run({ info: { workflowExecution: { workflowId, runId } } } as unknown as Context, () =>
      activities().beginRun({ cluster: 'cf', operation: 'deploy', ...beginning }),
    );
  const accept = (...args: Parameters<typeof configuration>) => store.configurations.accept(configuration(...args), {});

  it('refuses a workflow that the id does not lock', async () => {
    await accept();
    await expect(begin({ workflowId: 'cluster/other' })).rejects.toMatchObject({ code: 'InvalidRequest' });
    expect(await store.runs.list({ limit: 1 })).toEqual([]);
  });

  it('refuses to begin without a configuration', async () => {
    await expect(begin()).rejects.toMatchObject({ code: 'ConfigMissing' });
  });

  it('gives the same execution the same run, and says once what it is about', async () => {
    await accept();
    const first = await begin();
    expect(first).toEqual({
      run: 1,
      temporalRunId: 'first',
      revision: 1,
      release: RELEASE.sha256,
      batches: [['10.0.0.1']],
    });
    expect(await begin()).toEqual(first);
    expect(await lines(1)).toEqual(['deploy 1: revision 1, cf 170, 1 node']);
    expect(await begin({ runId: 'second', supersedes: 1 })).toMatchObject({ run: 2 });
    expect((await store.runs.get(1))?.outcome).toBe('superseded');
  });

  it('has fifty nodes looked at by one activity, those that are left among them', async () => {
    await accept({ dea: upTo(60).map((last) => `10.0.1.${last}`) });
    const left = { id: 'nats/0', component: 'nats', number: 0, address: '10.0.0.9' } as const;
    await store.installed.note(left, { revision: 1, release: '' });
    const { batches } = await begin();
    expect(batches.map(({ length }) => length)).toEqual([50, 11]);
    expect(batches.flat()).toContain('10.0.0.9');
  });

  it('restarts what the newest run was about, not what was posted since', async () => {
    await accept();
    await begin();
    await activities().finishRun({ run: 1, outcome: 'ok' });
    await accept({ nats: ['10.0.0.2'] });
    await store.nodes.ensureNumbers([{ component: 'nats', address: '10.0.0.1' }]);
    const restart = { operation: 'restart', instances: ['nats/0'], runId: 'second' } as const;
    expect(await begin(restart)).toMatchObject({ revision: 1, release: RELEASE.sha256, batches: [] });
    expect(await lines(2)).toEqual(['restart 2: nats/0']);
  });

  describe('where the store cannot be written', () => {
    const failing = (isBegun: boolean) => {
      const begins: typeof store.runs.begin = async (start) => {
        if (isBegun) await store.runs.begin(start);
        throw new DeploymentEngineError('StoreUnwritable', 'full');
      };
      deps = { ...deps, store: { ...store, runs: { ...store.runs, begin: begins } } };
    };

    it('refuses a run that has not begun', async () => {
      await accept();
      failing(false);
      await expect(begin()).rejects.toMatchObject({ type: 'StoreUnwritable', nonRetryable: true });
    });

    it('waits for one that has', async () => {
      await accept();
      failing(true);
      await expect(begin()).rejects.toMatchObject({ code: 'StoreUnwritable' });
    });
  });
});

describe('checkDeploy', () => {
  it('finds what beginRun would find', async () => {
    await expect(activities().checkDeploy({})).rejects.toMatchObject({ code: 'ConfigMissing' });
    await store.configurations.accept(configuration(), {});
    await activities().checkDeploy({});
    const data = { id: 'database/0', component: 'database', number: 0, address: '10.0.0.1' } as const;
    await store.installed.note(data, { revision: 1, release: '' });
    await expect(activities().checkDeploy({})).rejects.toMatchObject({ code: 'ConfirmationNeeded' });
  });
});

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
