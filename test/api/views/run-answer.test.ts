import { expect, it } from 'vitest';
import { type KeptParts, runAnswer } from '../../../api/views/run-answer.ts';
import type { RunParts } from '../../../api/views/run-view.ts';
import type { StepRecord } from '../../../domain/run/run.ts';
import { phrase } from '../../../domain/text/text.ts';

const step = (target: string, more: Partial<StepRecord> = {}): StepRecord => ({
  run: 1,
  target,
  step: 'connect',
  round: 1,
  state: 'done',
  attempts: 1,
  failures: 0,
  firstFailureAt: undefined,
  silentSince: undefined,
  position: undefined,
  startedAt: 1_000,
  endedAt: 2_000,
  reasons: [phrase('{count} nodes', { count: 2 })],
  error: undefined,
  work: undefined,
  ...more,
});

const PLAN = {
  run: 1,
  revision: 1,
  release: 'f'.repeat(64),
  nodes: ['10.0.0.1', '10.0.0.2'].map((address) => ({
    address,
    profile: 'debian-12' as const,
    steps: [{ name: 'connect' as const, reasons: ['new'] }],
  })),
  instances: [
    { id: 'nats/0', address: '10.0.0.1', change: 'added', reasons: ['new'], steps: ['start'], needs: [], after: [] },
  ],
  builds: {},
  sweeps: [{ address: '10.0.0.3', what: '1 package' }],
  limits: { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1, maxInFlight: 1 },
} as unknown as NonNullable<RunParts['plan']>;

const partsWith = (now: number, ...steps: readonly StepRecord[]): RunParts => ({
  run: {
    number: 1,
    operation: 'deploy',
    revision: 1,
    release: 'f'.repeat(64),
    startedAt: 500,
    temporalRunId: 'a',
  } as RunParts['run'],
  cluster: 'cf',
  namespace: 'default',
  plan: PLAN,
  steps: Map.groupBy(steps, ({ target }) => target),
  live: undefined,
  usual: new Map(),
  now,
});

it('says of each node and instance what it has done, the planned ones first', () => {
  const { json, hasTexts } = runAnswer(partsWith(3_000, step('10.0.0.9'), step('10.0.0.1'), step('uaa/0')), 'en');
  const { nodes, instances, ...others } = JSON.parse(json) as Record<string, unknown> & {
    nodes: { address: string; steps: unknown[] }[];
    instances: { id: string }[];
  };
  expect(hasTexts).toBe(true);
  expect(nodes.map(({ address, steps }) => [address, steps.length])).toEqual([
    ['10.0.0.1', 1],
    ['10.0.0.2', 0],
    ['10.0.0.9', 1],
    ['10.0.0.3', 0],
  ]);
  expect(instances.map(({ id }) => id)).toEqual(['nats/0', 'uaa/0']);
  expect(others).toMatchObject({ run: 1, state: 'running', progress: { steps: 4, over: 1 }, parked: [], waiting: [] });
});

it('says the same with what was kept, also of steps that go on and in another language', () => {
  const kept: KeptParts = new WeakMap();
  const going = step('10.0.0.2', { state: 'running', endedAt: undefined, work: { doing: 'x', since: 1_500 } });
  const all = [step('10.0.0.1'), going];
  const changed = [...all, step('10.0.0.1', { round: 2 }), step('nats/0', { step: 'start' })];
  const sequence = [
    [partsWith(3_000, ...all), 'en'],
    [partsWith(9_000, ...all), 'en'],
    [partsWith(9_000, ...all), 'zh'],
    [partsWith(9_500, ...changed), 'zh'],
    [partsWith(9_500, ...changed), 'en'],
  ] as const;
  for (const [parts, language] of sequence)
    expect(runAnswer(parts, language, kept)).toEqual(runAnswer(parts, language));
});

it('says of a step that an ended run has left open that it lasted until then', () => {
  const parts = partsWith(90_000, step('10.0.0.1', { state: 'running', endedAt: undefined }));
  const ended = { ...parts, run: { ...parts.run, outcome: 'failed' as const, endedAt: 5_000 } };
  const durationOf = (of: RunParts): unknown =>
    (JSON.parse(runAnswer(of, 'en').json) as { nodes: { steps: { durationMs: number }[] }[] }).nodes[0]?.steps[0]
      ?.durationMs;
  expect([durationOf(parts), durationOf(ended)]).toEqual([89_000, 4_000]);
});

it('says once what has settled', () => {
  const kept: KeptParts = new WeakMap();
  let said = 0;
  const counted = step('10.0.0.1');
  Object.defineProperty(counted, 'position', {
    get: () => {
      said += 1;
      return 7;
    },
  });
  const parts = partsWith(3_000, counted);
  const first = runAnswer(parts, 'en', kept);
  expect(runAnswer(parts, 'en', kept)).toEqual(first);
  expect(said).toBe(1);
});
