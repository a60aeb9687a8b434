import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../domain/plan/plan.ts';
import type { Outcome } from '../../../domain/run/run.ts';
import { allLines, beginRun, line, runStart, texts } from '../samples.ts';
import { DRIVERS, useFolders, useStores } from '../stores.ts';

const PLAN: Plan = {
  run: 1,
  revision: 1,
  release: 'aa',
  nodes: [{ address: '10.0.0.1', profile: 'debian-12', steps: [{ name: 'connect', reasons: ['first contact'] }] }],
  instances: [],
  builds: {},
  limits: { patience: 1, selfRetry: 2, selfRetryMax: 3, startDeadline: 4, maxInFlight: 5 },
};

describe.each(DRIVERS)('runs in $name', ({ open }) => {
  const folder = useFolders();
  const opened = useStores(open);

  it('gives each Temporal run its number once', async () => {
    const { runs } = await opened({ clock: () => 1_700 });
    const first = await runs.begin(runStart('a'));
    const second = await runs.begin(runStart('b', { operation: 'stop' }));
    expect(await runs.begin(runStart('a'))).toEqual(first);
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(first).toMatchObject({ operation: 'deploy', startedAt: 1_700, outcome: undefined, endedAt: undefined });
  });

  it('lists runs newest first, in pages', async () => {
    const { runs } = await opened();
    for (const id of ['a', 'b', 'c']) await runs.begin(runStart(id));
    const page = await runs.list({ limit: 2 });
    expect(page.map(({ number }) => number)).toEqual([3, 2]);
    expect((await runs.list({ before: 2, limit: 2 })).map(({ number }) => number)).toEqual([1]);
    expect(await runs.get(9)).toBeUndefined();
  });

  it('counts runs by operation and outcome', async () => {
    const { runs } = await opened();
    for (const id of ['a', 'b', 'c']) await runs.begin(runStart(id));
    await runs.begin(runStart('d', { operation: 'stop' }));
    for (const number of [1, 2, 4]) await runs.finish(number, 'ok', undefined, line('end', 'local'));
    const counts = await runs.counts();
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(
      expect.arrayContaining([
        { operation: 'deploy', outcome: 'ok', count: 2 },
        { operation: 'deploy', outcome: undefined, count: 1 },
        { operation: 'stop', outcome: 'ok', count: 1 },
      ]),
    );
  });

  it('finds the newest run that has no outcome', async () => {
    const { runs } = await opened();
    expect(await runs.open()).toBeUndefined();
    await runs.begin(runStart('a'));
    await runs.begin(runStart('b'));
    await runs.finish(2, 'ok', undefined, line('end', 'local'));
    expect((await runs.open())?.number).toBe(1);
  });

  it('knows an open run by its number and Temporal run id together', async () => {
    const { runs } = await opened();
    await runs.begin(runStart('a'));
    await runs.assertOpen(1, 'a');
    await expect(runs.assertOpen(1, 'b')).rejects.toMatchObject({ code: 'RunEnded' });
    await expect(runs.assertOpen(2, 'a')).rejects.toMatchObject({ code: 'RunEnded' });
    await runs.finish(1, 'cancelled', 'by operator', line('end', 'local'));
    await expect(runs.assertOpen(1, 'a')).rejects.toMatchObject({ code: 'RunEnded' });
  });

  it('keeps the plan', async () => {
    const { runs } = await opened();
    await runs.begin(runStart('a'));
    expect(await runs.plan(1)).toBeUndefined();
    await runs.savePlan(PLAN);
    expect(await runs.plan(1)).toEqual(PLAN);
    await expect(runs.savePlan({ ...PLAN, run: 7 })).rejects.toMatchObject({ code: 'RunNotFound' });
  });

  it('amends the plan, and loses nothing where many do at once', async () => {
    const { runs } = await opened();
    await runs.begin(runStart('a'));
    await expect(runs.amendPlan(1, (plan) => plan)).rejects.toMatchObject({ code: 'RunNotFound' });
    await runs.savePlan(PLAN);
    const add = (address: string) => (plan: Plan) => ({ ...plan, builds: { ...plan.builds, [address]: address } });
    await Promise.all(['a', 'b', 'c'].map((address) => runs.amendPlan(1, add(address))));
    expect((await runs.plan(1))?.builds).toEqual({ a: 'a', b: 'b', c: 'c' });
  });

  it('reads a plan again only when it was changed, also by another process', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    const other = await opened({ dataDir });
    await store.runs.begin(runStart('a'));
    await store.runs.savePlan(PLAN);
    const read = await store.runs.plan(1);
    expect(await store.runs.plan(1)).toBe(read);
    await other.runs.amendPlan(1, (plan) => ({ ...plan, builds: { ruby: '10.0.0.1' } }));
    const [first, second] = await Promise.all([store.runs.plan(1), store.runs.plan(1)]);
    expect(first?.builds).toEqual({ ruby: '10.0.0.1' });
    expect(second).toBe(first);
  });

  it('has once what many nodes of a plan have in common', async () => {
    const { runs } = await opened();
    await runs.begin(runStart('a'));
    const [steps] = PLAN.nodes.map((node) => node.steps);
    const nodes = ['10.0.0.1', '10.0.0.2'].map((address) => ({ address, profile: undefined, steps: steps ?? [] }));
    const other = {
      address: '10.0.0.3',
      profile: undefined,
      steps: [{ name: 'connect', reasons: ['no runner'] }],
    } as const;
    await runs.savePlan({ ...PLAN, nodes: [...nodes, other] });
    const read = await runs.plan(1);
    expect(read?.nodes[1]?.steps).toBe(read?.nodes[0]?.steps);
    expect(read?.nodes[2]?.steps).toEqual(other.steps);
  });

  it('ends a run once: a repeat returns the first result and adds no line', async () => {
    const store = await opened({ clock: () => 5 });
    const run = await beginRun(store);
    const ended = await store.runs.finish(run, 'failed', 'disk too small', line('deploy 1 FAILED', 'local'));
    const again = await store.runs.finish(run, 'ok', undefined, line('deploy 1 OK', 'local'));
    expect(ended).toMatchObject({ outcome: 'failed', reason: 'disk too small', endedAt: 5 });
    expect(again).toEqual(ended);
    expect(texts(await allLines(store, run))).toEqual(['deploy 1 FAILED']);
    await expect(store.runs.finish(7, 'ok', undefined, line('x'))).rejects.toMatchObject({ code: 'RunNotFound' });
  });

  it('ends a run once when it is asked many times at once', async () => {
    const store = await opened();
    const run = await beginRun(store);
    const outcomes: Outcome[] = ['ok', 'failed', 'cancelled'];
    const ended = await Promise.all(
      outcomes.map((outcome) => store.runs.finish(run, outcome, undefined, line(outcome, 'local'))),
    );
    expect(new Set(ended.map(({ outcome }) => outcome)).size).toBe(1);
    expect(await store.log.last(run)).toBe(1);
  });

  it.each([
    ['deploy', 'ok', true],
    ['deploy', 'unchanged', true],
    ['deploy', 'incomplete', false],
    ['deploy', 'failed', false],
    ['restart', 'ok', false],
  ] as const)('knows whether %s that ended %s has deployed its revision: %s', async (operation, outcome, deployed) => {
    const { runs } = await opened();
    await runs.begin(runStart('a', { operation, revision: 4, release: 'bb' }));
    await runs.finish(1, outcome, undefined, line('end', 'local'));
    expect(await runs.deployed()).toEqual(deployed ? { revision: 4, release: 'bb' } : undefined);
  });
});

describe.each(DRIVERS)('a run that takes over in $name', ({ open }) => {
  const opened = useStores(open);

  it('ends the other one in the same moment, once', async () => {
    const store = await opened();
    const { number: old } = await store.runs.begin(runStart('old'));
    const { number } = await store.runs.begin(runStart('new', { supersedes: old }));
    await store.runs.begin(runStart('new', { supersedes: old }));
    expect(await store.runs.get(old)).toMatchObject({ outcome: 'superseded', reason: `run ${number} has taken over` });
    expect(texts(await allLines(store, old))).toEqual([`deploy ${old} SUPERSEDED (run ${number})`]);
    expect((await store.runs.open())?.number).toBe(number);
  });

  it('ends the run that goes on above another number, also where the cancel knows only the first number', async () => {
    const store = await opened();
    const { number: first } = await store.runs.begin(runStart('a'));
    const { number } = await store.runs.raise(first, 11);
    await store.runs.finish(first, 'cancelled', undefined, line('not this', 'local'));
    expect(await store.runs.get(number)).toMatchObject({ outcome: 'cancelled' });
    expect(await store.runs.open()).toBeUndefined();
    expect(texts(await allLines(store, number)).at(-1)).toBe(`deploy ${number} CANCELLED`);
  });

  it('does not go on once it has ended', async () => {
    const store = await opened();
    const { number } = await store.runs.begin(runStart('a'));
    await store.runs.finish(number, 'cancelled', undefined, line(`deploy ${number} CANCELLED`, 'local'));
    expect(await store.runs.raise(number, 11)).toMatchObject({ number, outcome: 'cancelled' });
    expect(await store.runs.list({ limit: 5 })).toHaveLength(1);
    expect(texts(await allLines(store, number))).toEqual([`deploy ${number} CANCELLED`]);
  });
});
