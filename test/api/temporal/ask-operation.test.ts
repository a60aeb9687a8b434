import { type Client, ServiceError } from '@temporalio/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createOperationRequest } from '../../../api/temporal/ask-operation.ts';
import { createTemporalClock } from '../../../api/temporal/temporal-clock.ts';

// Its own timers are not among the fake ones.
vi.mock('node:timers/promises', () => ({ setTimeout: (ms: number) => new Promise((over) => setTimeout(over, ms)) }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DONE = { run: 7, notDone: {}, notes: {} };
const ASKED = { operation: 'stop', instances: ['nats/0'], by: 'somebody' } as const;
const away = () => new ServiceError('away', { cause: new Error('14 UNAVAILABLE') });

/** Each wait for the result lasts so many milliseconds and fails; the last one ends with the result. */
function waiting(lasting: readonly number[], serves: boolean) {
  const waits = [...lasting];
  const result = async () => {
    const ms = waits.shift();
    if (ms === undefined) return DONE;
    await new Promise((over) => setTimeout(over, ms));
    throw away();
  };
  const client = {
    withDeadline: (_deadline: number, ask: () => unknown) => ask(),
    workflow: { startUpdateWithStart: async () => ({ result }) },
    workflowService: { getSystemInfo: () => (serves ? Promise.resolve({}) : Promise.reject(away())) },
  } as unknown as Client;
  return createOperationRequest(client, { cluster: 'cf', taskQueue: 'q' }, createTemporalClock())(ASKED);
}

it.each([
  ['short outages with minutes between them', [10_000, 80_000, 80_000], true],
  ['one that lasts for less than a minute', Array.from({ length: 50 }, () => 100), false],
])('waits through %s', async (_what, lasting, serves) => {
  const answer = waiting(lasting, serves);
  await vi.runAllTimersAsync();
  expect(await answer).toEqual(DONE);
});

it.each([
  ['is away for good', Array.from({ length: 1_000 }, () => 100)],
  ['swallows every request', Array.from({ length: 1_000 }, () => 20_000)],
])('gives up a server that %s', async (_what, lasting) => {
  const refusal = expect(waiting(lasting, false)).rejects.toMatchObject({ code: 'NoWorker' });
  await vi.runAllTimersAsync();
  await refusal;
});
