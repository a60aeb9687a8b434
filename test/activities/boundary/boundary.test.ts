import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { guarded, isCancelled, refusal, toFailure } from '../../../activities/boundary/boundary.ts';
import { DeploymentEngineError, type ErrorCode } from '../../../domain/errors.ts';

const judged = { code: 'CommandFailed', text: 'why', retries: false, isRetryable: true };

it('tells Temporal and the workflow what may help', () => {
  const failure = toFailure(judged, { step: 'installJob' });
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({
    type: 'CommandFailed',
    message: 'why',
    nonRetryable: true,
    details: [{ step: 'installJob', isRetryable: true }],
  });
  expect(toFailure({ ...judged, retries: true }).nonRetryable).toBe(false);
});

describe('guarded', () => {
  it('passes arguments and result through', async () => {
    expect(await guarded(async (a: number, b: number) => a + b)(1, 2)).toBe(3);
  });

  it.each<[ErrorCode, boolean]>([
    ['ConfigMissing', true],
    ['NodeUnreachable', false],
    ['StoreUnwritable', false],
  ])('turns %s into a failure; final = %s', async (code, nonRetryable) => {
    const act = guarded(() => Promise.reject(new DeploymentEngineError(code, 'why', { details: { revision: 3 } })));
    await expect(act()).rejects.toMatchObject({ type: code, nonRetryable, details: [{ revision: 3 }] });
  });

  it('tells of a store that could not be written, and tries again', async () => {
    const told: unknown[] = [];
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const act = guarded(
      (_input: { run: number }) => Promise.reject(full),
      (error, { run }) => void told.push(run, error.message),
    );
    await expect(act({ run: 3 })).rejects.toMatchObject({ type: 'StoreUnwritable', nonRetryable: false });
    expect(told).toEqual([3, 'no space left on device']);
  });

  it.each([
    ['cancellation', new CancelledFailure('stop')],
    ['an abort', new DOMException('aborted', 'AbortError')],
    ['an error nobody expected', new TypeError('oh')],
  ])('lets %s pass', async (_what, error) => {
    await expect(guarded(() => Promise.reject(error))()).rejects.toBe(error);
  });
});

it('refuses for good what nothing has begun of', () => {
  expect(refusal(new DeploymentEngineError('StoreUnwritable', 'full'))).toMatchObject({
    type: 'StoreUnwritable',
    nonRetryable: true,
  });
});

it('knows cancellation from failure', () => {
  expect([new CancelledFailure('stop'), new DOMException('aborted', 'AbortError')].map(isCancelled)).toEqual([
    true,
    true,
  ]);
  expect([new DeploymentEngineError('RunEnded', ''), new Error('AbortError'), undefined].map(isCancelled)).toEqual([
    false,
    false,
    false,
  ]);
});
