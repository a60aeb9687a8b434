import { describe, expect, it } from 'vitest';
import { judgeAwaitedFailure, judgeFailure } from '../../../activities/attempt/verdict.ts';
import { DeploymentEngineError, type ErrorCode, ERRORS } from '../../../domain/errors.ts';

const MINUTE = 60_000;
const PATIENCE = 15 * MINUTE;
const NOW = 1_000 * MINUTE;

const judged = (code: ErrorCode, failures: number, silentSince?: number) =>
  judgeFailure(new DeploymentEngineError(code, 'why'), { failures, silentSince }, PATIENCE, NOW);

describe('judgeFailure', () => {
  it.each<[ErrorCode, number, boolean]>([
    ['CommandFailed', 0, true],
    ['CommandFailed', 1, true],
    ['CommandFailed', 2, false],
    ['JobNotRunning', 1, true],
    ['JobNotRunning', 2, false],
    ['StepNotConverged', 2, false],
    ['ChecksumMismatch', 0, true],
    ['ChecksumMismatch', 1, false],
    ['NodeProtocolError', 1, false],
    ['DiskTooSmall', 0, false],
    ['DuplicateController', 0, false],
    ['AuthenticationFailed', 0, false],
    ['RunEnded', 0, false],
  ])('%s after %i failures: tries again = %s', (code, failures, retries) => {
    expect(judged(code, failures)).toEqual({
      code,
      text: 'why',
      counts: true,
      isOver: true,
      retries,
      isRetryable: ERRORS[code].retry === 'few',
    });
  });

  it('does not try again what has failed often enough by itself, and leaves it to its own time', () => {
    const error = new DeploymentEngineError('JobNotRunning', 'why', { details: { isHopeless: true } });
    expect(judgeFailure(error, { failures: 0, silentSince: undefined }, PATIENCE, NOW)).toMatchObject({
      counts: true,
      retries: false,
      isRetryable: true,
    });
  });

  it.each<[string, number | undefined, boolean]>([
    ['at its first failure', undefined, true],
    ['a minute after it', NOW - MINUTE, true],
    ['just before patience is over', NOW - PATIENCE + 1, true],
    ['when patience is over', NOW - PATIENCE, false],
  ])('waits for a node that cannot be reached, %s', (_when, silentSince, retries) => {
    for (const code of ['NodeUnreachable', 'ConnectionLost', 'CommandTimedOut'] as const)
      expect(judged(code, 99, silentSince)).toEqual({
        code,
        text: 'why',
        counts: false,
        isOver: false,
        retries,
        isRetryable: true,
      });
  });

  it.each([
    ['a store that cannot be written', new DeploymentEngineError('StoreUnwritable', 'full')],
    ['a full disk below the mirror', Object.assign(new Error('full'), { code: 'ENOSPC' })],
  ])('tries again without end, and uses up nothing, for %s', (_what, error) => {
    expect(judgeFailure(error, { failures: 2, silentSince: NOW - 99 * PATIENCE }, PATIENCE, NOW)).toEqual({
      code: 'StoreUnwritable',
      text: 'full',
      counts: false,
      isOver: false,
      retries: true,
      isRetryable: true,
    });
  });

  it.each([
    ['an error nobody expected', new TypeError('undefined is not'), 'undefined is not'],
    ['something thrown that is no error', 'a word', 'a word'],
  ])('takes %s for a failed command', (_what, thrown, message) => {
    expect(judgeFailure(thrown, { failures: 0, silentSince: undefined }, PATIENCE, NOW)).toMatchObject({
      code: 'CommandFailed',
      text: message,
      retries: true,
    });
  });
});

describe('a step that somebody waits for', () => {
  const error = (code: ErrorCode) => new DeploymentEngineError(code, 'why');

  it.each(['JobNotRunning', 'CommandFailed', 'NodeProtocolError', 'HostKeyMismatch'] as const)(
    'is not tried again after %s',
    (code) => {
      expect(judgeAwaitedFailure(error(code), { failures: 0, silentSince: undefined }, 0)).toMatchObject({
        code,
        retries: false,
      });
    },
  );

  it('waits for a node for seconds only', () => {
    const silent = (now: number) => judgeAwaitedFailure(error('NodeUnreachable'), { failures: 0, silentSince: 0 }, now);
    expect([silent(5_000).retries, silent(10_000).retries]).toEqual([true, false]);
  });

  it('is tried again where its command has died, and has lost its node when that goes on', () => {
    const died = new DeploymentEngineError('CommandFailed', 'hold died', { details: { hasDied: true } });
    const after = (failures: number) => judgeAwaitedFailure(died, { failures, silentSince: 0 }, 600_000);
    expect(after(0)).toMatchObject({ code: 'ConnectionLost', counts: true, isOver: true, retries: true });
    expect([after(1).retries, after(2).retries]).toEqual([true, false]);
  });

  it('waits for a store as every step does', () => {
    expect(judgeAwaitedFailure(error('StoreUnwritable'), { failures: 0, silentSince: 0 }, 3_600_000).retries).toBe(
      true,
    );
  });
});
