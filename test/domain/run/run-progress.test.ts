import { expect, it } from 'vitest';
import type { ComponentNeed } from '../../../domain/components.ts';
import type { PlannedInstance, PlannedNode } from '../../../domain/plan/plan.ts';
import { progressOf } from '../../../domain/run/run-progress.ts';
import type { StepRecord } from '../../../domain/run/run.ts';
import type { StepName } from '../../../domain/steps.ts';

const A = '10.0.0.1';
const B = '10.0.0.2';
const NOW = 1_000_000;
const SECOND = 1000;

const node = (address: string, ...steps: StepName[]): PlannedNode => ({
  address,
  profile: 'debian-12',
  steps: steps.map((name) => ({ name, reasons: ['x'] })),
});
const instance = (id: string, address: string, needs: readonly ComponentNeed[] = []): PlannedInstance => ({
  id,
  address,
  change: 'added',
  reasons: [],
  steps: ['start'],
  needs,
  after: [],
});
const need = (component: ComponentNeed['component'], mode: ComponentNeed['mode'] = 'any'): ComponentNeed => ({
  component,
  mode,
  hard: true,
});
const record = (target: string, step: StepName, more: Partial<StepRecord> = {}): StepRecord => ({
  run: 1,
  target,
  step,
  round: 1,
  state: 'running',
  attempts: 1,
  failures: 0,
  firstFailureAt: undefined,
  silentSince: undefined,
  position: undefined,
  startedAt: NOW,
  endedAt: undefined,
  reasons: [],
  error: undefined,
  work: undefined,
  ...more,
});

const USUAL = new Map([
  ['buildRuby debian-12, made here', 180 * SECOND],
  ['buildRuby debian-12', 5 * SECOND],
  ['installMonit debian-12', 2 * SECOND],
  ['start database', 10 * SECOND],
  ['start nats', 3 * SECOND],
  ['start uaa', 30 * SECOND],
]);
const PLAN = {
  nodes: [node(B, 'buildRuby', 'installMonit'), node(A, 'buildRuby', 'installMonit')],
  instances: [instance('uaa/0', B, [need('database'), need('nats')]), instance('database/0', A), instance('nats/0', A)],
  builds: { 'debian-12/ruby/3.1.2/abc': A },
};
type Planned = Parameters<typeof progressOf>[0]['plan'];
const of = (steps: readonly StepRecord[], plan: Planned = PLAN, usual: ReadonlyMap<string, number> = USUAL) =>
  progressOf({ plan, steps: Map.groupBy(steps, ({ target }) => target), usual, now: NOW });

it('adds up what is usual along the longest way: the build, its node, and who needs what runs there', () => {
  // A builds (180) and gets monit (2), starts database and nats one after the other (13), then uaa starts on B (30).
  expect(of([])).toEqual({ steps: 7, over: 0, remainingMs: 225 * SECOND });
});

it('counts what is over, and how long the rest is at work already', () => {
  const over = (target: string, step: StepName) => record(target, step, { state: 'done' });
  const prepared = [A, B].flatMap((address) => [over(address, 'buildRuby'), over(address, 'installMonit')]);
  const running = record('database/0', 'start', { startedAt: NOW - 4 * SECOND });
  expect(of([...prepared, running, over('nats/0', 'start')])).toEqual({
    steps: 7,
    over: 5,
    remainingMs: 36 * SECOND,
  });
  const late = record('uaa/0', 'start', { startedAt: NOW - 99 * SECOND });
  expect(of([...prepared, over('database/0', 'start'), over('nats/0', 'start'), late]).remainingMs).toBe(0);
});

it('does not take the time spent waiting for work', () => {
  const waiting = record(B, 'buildRuby', {
    startedAt: NOW - 170 * SECOND,
    work: { doing: 'waiting for ruby 3.1.2', since: NOW - 170 * SECOND, usualMs: 180 * SECOND, waitsFor: A },
  });
  const building = record(A, 'buildRuby', {
    startedAt: NOW - 170 * SECOND,
    work: { doing: 'building ruby 3.1.2', since: NOW - 170 * SECOND, usualMs: 180 * SECOND },
  });
  const { nodes, builds } = PLAN;
  expect(of([waiting, building], { nodes, builds, instances: [] }).remainingMs).toBe(17 * SECOND);
});

it('does not run out while a step waits before it shows another password', () => {
  const paused = (pausedUntil: number) =>
    record('uaa/0', 'start', {
      startedAt: NOW - 99 * SECOND,
      work: { doing: 'waiting', since: NOW - 20 * SECOND, pausedUntil },
    });
  const plan = { nodes: [], builds: {}, instances: [instance('uaa/0', A)] };
  expect(of([paused(NOW + 40 * SECOND)], plan).remainingMs).toBe(70 * SECOND);
  expect(of([paused(NOW - 5 * SECOND)], plan).remainingMs).toBe(25 * SECOND);
});

it('does not guess while something that takes long was never measured', () => {
  const usual = new Map([...USUAL].filter(([work]) => work !== 'start uaa'));
  expect(of([], PLAN, usual)).toMatchObject({ steps: 7, remainingMs: undefined });
  const started = record('uaa/0', 'start', { state: 'done' });
  expect(of([started], PLAN, usual).remainingMs).toBe(195 * SECOND);
  const withoutMonit = new Map([...USUAL].filter(([work]) => work !== 'installMonit debian-12'));
  expect(of([], PLAN, withoutMonit).remainingMs).toBe(224 * SECOND);
});

it('waits for all, for one, and for nobody in a circle', () => {
  const start = (first: 'any' | 'all') => ({
    nodes: [],
    builds: {},
    instances: [instance('nats/0', A), instance('nats/1', B), instance('uaa/0', '10.0.0.3', [need('nats', first)])],
  });
  const started = [record('nats/0', 'start', { state: 'done' })];
  expect(of(started, start('any')).remainingMs).toBe(30 * SECOND);
  expect(of(started, start('all')).remainingMs).toBe(33 * SECOND);
  const circle = [instance('nats/0', A, [need('uaa')]), instance('uaa/0', B, [need('nats')])];
  expect(of([], { nodes: [], builds: {}, instances: circle }).remainingMs).toBe(33 * SECOND);
});

it('is quick about a thousand nodes', () => {
  const many = Array.from({ length: 1000 }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
  const plan = {
    nodes: many.map((address) => node(address, 'buildRuby', 'installMonit')),
    instances: many.map((address, index) => ({
      ...instance(`dea/${index}`, address, [need('nats', 'all')]),
      after: index > 0 ? [`dea/${index - 1}`] : [],
    })),
    builds: { 'debian-12/ruby/3.1.2/abc': many[0] ?? '' },
  };
  const usual = new Map([...USUAL, ['start dea', SECOND]]);
  // All others have unpacked ruby and got monit after 187 s; each dea waits for the one before it.
  expect(of([], plan, usual).remainingMs).toBe((187 + 999) * SECOND);
});

it('goes by the pace of the engine where that is what thousands of nodes wait for', () => {
  const many = Array.from({ length: 3000 }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
  const plan = { nodes: many.map((address) => node(address, 'installMonit')), instances: [], builds: {} };
  const ended = (count: number): StepRecord[] =>
    many
      .slice(0, count)
      .map((address, index) =>
        record(address, 'installMonit', { state: 'done', endedAt: NOW - (count - 1 - index) * 100 }),
      );
  // The latest 500 have ended within 49.9 s.
  expect(of(ended(1000), plan)).toEqual({ steps: 3000, over: 1000, remainingMs: 2000 * 99.8 });
  expect(of(ended(400), plan).remainingMs).toBe(2 * SECOND);
});

it('counts what goes and is swept, and who waits for that', () => {
  const goes = (id: string, more: Partial<PlannedInstance>): PlannedInstance => ({
    ...instance(id, B),
    change: 'removed',
    steps: ['removeInstance'],
    ...more,
  });
  const plan = {
    nodes: [],
    builds: {},
    instances: [
      { ...instance('nats/1', A), afterRemoval: ['nats/0'] },
      goes('nats/0', {}),
      goes('etcd/0', { address: '10.0.0.3', afterUpdate: ['nats/1'] }),
    ],
    sweeps: [{ address: A, what: '1 package' }],
  };
  const usual = new Map([...USUAL, ['removeInstance nats', 4 * SECOND], ['removeInstance etcd', 5 * SECOND]]);
  // nats/0 goes (4), nats/1 starts (3), etcd goes (5), A is swept (1).
  expect(of([], plan, usual)).toEqual({ steps: 4, over: 0, remainingMs: 13 * SECOND });
  const swept = [record(A, 'sweep', { state: 'done' })];
  expect(of(swept, plan, usual)).toEqual({ steps: 4, over: 1, remainingMs: 12 * SECOND });
});
