import { expect, it } from 'vitest';
import type { RunView } from '../../sample/demo/engine-client.ts';
import { liveLines, longLines, summary } from '../../sample/demo/live-lines.ts';
import { followRun } from '../../sample/demo/progress.ts';

type StepView = RunView['nodes'][number]['steps'][number];

const step = (name: string, more: Partial<StepView> = {}): StepView => ({
  step: name,
  round: 1,
  state: 'running',
  startedAt: '2026-11-28T08:00:00.000Z',
  durationMs: 2000,
  reasons: [],
  error: null,
  progress: null,
  ...more,
});

const BUILDS = { doing: 'building ruby 3.1.2', forMs: 130_000, usualMs: 180_000, waitsFor: null };
const WAITS = { doing: 'waiting for ruby 3.1.2', forMs: 45_000, usualMs: null, waitsFor: '10.0.0.1' };
const VIEW: RunView = {
  run: 1,
  state: 'working',
  outcome: null,
  reason: null,
  temporal: '/temporal/',
  progress: { remainingMs: 150_000 },
  nodes: [
    {
      address: '10.0.0.1',
      planned: [1, 2],
      steps: [step('connect', { state: 'done' }), step('buildRuby', { progress: BUILDS })],
    },
    { address: '10.0.0.2', planned: [1], steps: [step('buildRuby', { progress: WAITS })] },
    { address: '10.0.0.3', planned: [1], steps: [step('connect', { state: 'done' })] },
  ],
  instances: [
    { id: 'nats/0', address: '10.0.0.3', steps: [step('start', { durationMs: 4000 })] },
    { id: 'nats/1', address: '10.0.0.2', steps: [] },
  ],
  parked: [],
};

const words = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/ {2,}/g, ' '));

it('has a line for each node at work: what it does, for how long, and what is usual', () => {
  expect(liveLines(VIEW)).toEqual([
    '10.0.0.1 buildRuby: building ruby 3.1.2 for 2 min 10 s, usually 3 min',
    '10.0.0.2 buildRuby: waiting for ruby 3.1.2 from 10.0.0.1 for 45 s',
    'nats/0 start: for 4 s',
  ]);
});

it('says where there is no terminal what works for long, and sums up who waits and what is left', () => {
  expect(words(longLines(VIEW, 15_000))).toEqual([
    '10.0.0.1 buildRuby building ruby 3.1.2 for 2 min 10 s, usually 3 min',
  ]);
  expect(summary(VIEW)).toBe(
    'working, about 2 min 30 s left: 1 of 3 nodes prepared, 0 of 2 instances running, 1 waiting',
  );
});

it('rewrites its last lines on a terminal, and leaves what happened above them', async () => {
  const views = [VIEW, { ...VIEW, state: 'ok', outcome: 'ok' }];
  const client = { run: async () => (views.length > 1 ? (views.shift() as RunView) : (views[0] as RunView)) };
  let written = '';
  const output = { isTTY: true, rows: 20, columns: 90, write: (text: string) => (written += text) };
  await followRun(client as never, 1, { begun: Date.now(), output: output as never });
  expect(screenOf(written).map((line) => line.replace(/^\S+ +/, '').replace(/ {2,}/g, ' '))).toEqual([
    '10.0.0.1 connect done in 2.0 s',
    '10.0.0.1 buildRuby started',
    '10.0.0.2 buildRuby started',
    '10.0.0.3 connect done in 2.0 s',
    'nats/0 start started',
    '',
  ]);
  expect(written).toContain('usually 3 min');
});

it('goes on saying something where there is no terminal, also while nothing is known to be at work', async () => {
  const views = [
    { ...VIEW, state: 'surveying', progress: null, nodes: [], instances: [] },
    VIEW,
    { ...VIEW, outcome: 'ok' },
  ];
  let isAway = true;
  const run = async () => {
    if (!isAway) return views.length > 1 ? views.shift() : views[0];
    isAway = false;
    throw new Error('it restarts');
  };
  const client = { run };
  const written: string[] = [];
  const output = { isTTY: false, write: (text: string) => written.push(text) };
  await followRun(client as never, 1, { begun: Date.now(), output: output as never, sayEveryMs: 0 });
  const lines = words(written.map((text) => text.trimEnd().replace(/^\S+ +/, '')));
  expect(lines.slice(0, 2)).toEqual(['the API does not answer', 'surveying']);
  expect(lines).toContain('10.0.0.1 buildRuby building ruby 3.1.2 for 2 min 10 s, usually 3 min');
  expect(lines.at(-1)).toContain('1 of 3 nodes prepared');
});

/** What a terminal shows in the end. */
function screenOf(written: string): string[] {
  const lines = [''];
  for (const part of written.split(/(\u001b\[1A|\u001b\[K|\r|\n)/)) {
    if (part === '\n') lines.push('');
    else if (part === '\u001b[1A') lines.pop();
    else if (part === '\u001b[K') lines[lines.length - 1] = '';
    else if (part !== '\r') lines[lines.length - 1] += part;
  }
  return lines;
}
