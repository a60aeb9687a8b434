import { sh } from '../../domain/command.ts';
import type { RunRequest } from '../../ssh/node-session.ts';

export const FENCE = { engine: 'engine-a', generation: 1, run: 7 };

/** A request of a test: long, run 7, instance nats/0, unless told otherwise. */
export const runRequest = (request: Partial<RunRequest> = {}): RunRequest => ({
  fence: FENCE,
  instance: 'nats/0',
  step: 'installJob',
  round: 1,
  command: sh`true`,
  long: true,
  timeoutMs: 30_000,
  position: 0,
  ...request,
});
