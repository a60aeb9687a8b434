import { expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import type { RunRequest } from '../../../ssh/node-session.ts';
import { commandKey } from '../../../ssh/runner/key.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';

const SAME: readonly Partial<RunRequest>[] = [
  { position: 9 },
  { timeoutMs: 1 },
  { heard: { startedAt: 1, offset: 5 } },
  { fence: { ...FENCE, generation: 2 } },
];
const OTHER: readonly Partial<RunRequest>[] = [
  { fence: { ...FENCE, engine: 'engine-b' } },
  { fence: { ...FENCE, run: 8 } },
  { instance: 'nats/1' },
  { step: 'start' },
  { round: 2 },
  { command: sh`false` },
];

it.each(SAME)('stays the same with %j', (change) => {
  expect(commandKey(runRequest(change))).toBe(commandKey(runRequest()));
});

it.each(OTHER)('is another one with %j', (change) => {
  expect(commandKey(runRequest(change))).not.toBe(commandKey(runRequest()));
});
