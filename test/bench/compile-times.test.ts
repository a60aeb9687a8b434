import { expect, it } from 'vitest';
import { compareCompileTimes, compileTimesOf } from '../../bench/compile-times.ts';
import type { RunView } from '../../sample/demo/engine-client.ts';

const step = (name: string, durationMs: number, reasons: readonly string[] = []) => ({
  step: name,
  round: 1,
  state: 'done',
  startedAt: '2026-11-28T08:00:00.000Z',
  durationMs,
  reasons,
  error: null,
  progress: null,
});
const run = (number: number, nodes: Readonly<Record<string, number>>): Pick<RunView, 'run' | 'nodes'> => ({
  run: number,
  nodes: Object.entries(nodes).map(([address, durationMs]) => ({
    address,
    planned: [],
    steps: [
      step('connect', 9),
      step('compilePackages', durationMs, ['package nats is not there', 'transferred 1.2 MB']),
    ],
  })),
});

it('shows a node that came later beside the one that compiled', () => {
  const runs = [run(3, { '10.0.0.1': 800, '10.0.0.3': 1_000 }), run(1, { '10.0.0.1': 40_000, '10.0.0.2': 39_000 })];
  expect(compareCompileTimes(runs.flatMap(compileTimesOf))).toEqual([
    'compilePackages run 1  10.0.0.1             40000 ms 100.0 %  transferred 1.2 MB',
    'compilePackages run 3  10.0.0.3              1000 ms   2.5 %  transferred 1.2 MB',
  ]);
});

it('says what it needs where there is nothing to compare', () => {
  expect(compareCompileTimes(compileTimesOf(run(1, { '10.0.0.1': 40_000 })))).toEqual([
    'compilePackages: needs a run that compiled and a later one that added a node',
  ]);
});
