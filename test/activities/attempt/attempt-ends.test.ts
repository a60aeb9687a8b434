import { describe, expect, it, vi } from 'vitest';
import type { WorkReport } from '../../../activities/progress/work-report.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { Text } from '../../../domain/text/text.ts';
import type { RunResult } from '../../../ssh/node-session.ts';
import { line } from '../../store/samples.ts';
import { until } from '../../support/until.ts';
import { attempt } from './step-attempt.ts';
import { deps, fails, failWith, node, record, said, STEP, store } from './fake-attempts.ts';
import { ENDED } from './fake-session.ts';

describe('where the ledger stood', () => {
  it('is what the first check of the round saw, whichever worker goes on', async () => {
    failWith('ConnectionLost');
    await fails().toMatchObject({ type: 'ConnectionLost', nonRetryable: false });
    node.position = 9;
    await fails().toMatchObject({ type: 'ConnectionLost' });
    expect(node.ran.map(({ position }) => position)).toEqual([3, 3]);
  });

  it('is forgotten with a failure of the step, and belongs to one round', async () => {
    failWith('ConnectionLost');
    await fails().toMatchObject({ type: 'ConnectionLost' });
    node.position = 6;
    await attempt(deps, STEP, { round: 2 }).catch(() => undefined);
    failWith('CommandFailed');
    await fails().toMatchObject({ type: 'CommandFailed' });
    node.position = 9;
    await fails().toMatchObject({ type: 'CommandFailed' });
    expect(node.ran.map(({ position, round }) => `${round}: ${position}`)).toEqual(['1: 3', '2: 6', '1: 3', '1: 9']);
  });

  it('does not move while the attempt changes things', async () => {
    node.run = async () => {
      node.position = 20;
      node.look = async () => ({ exitCode: 0, stdout: '' });
      return ENDED;
    };
    expect(await attempt(deps, STEP)).toEqual({ state: 'changed' });
    expect((await record())?.position).toBe(3);
  });
});

it('tells what it is at while it works, for the heartbeat', async () => {
  let report: WorkReport | undefined;
  const texts: (Text | undefined)[] = [];
  node.run = async () => {
    texts.push(report?.text());
    node.look = async () => ({ exitCode: 0, stdout: '' });
    return ENDED;
  };
  const pace = { keepAfter: 0, speakAfter: () => 60_000 };
  await attempt(deps, STEP, { pace, onReport: (made) => void (report = made) });
  expect(texts).toEqual([expect.stringContaining('local')]);
});

describe('a run that has ended', () => {
  const end = () => store.runs.finish(1, 'cancelled', undefined, line('deploy 1 CANCELLED', 'local'));

  it('has no attempt begun, and no command', async () => {
    await end();
    await fails().toMatchObject({ type: 'RunEnded', nonRetryable: true });
    expect(await store.steps.of(1)).toEqual([]);
    expect(node.ran).toEqual([]);
  });

  it('is told to the attempt that follows one which failed', async () => {
    failWith('ConnectionLost');
    await fails().toMatchObject({ type: 'ConnectionLost' });
    await end();
    await fails().toMatchObject({ type: 'RunEnded', nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'retrying', attempts: 1 });
  });

  it('is no failure of the step that meets its end', async () => {
    failWith('RunEnded');
    await fails().toMatchObject({ type: 'RunEnded', nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'aborted', failures: 0, reasons: ['the run ended meanwhile'] });
    expect(await said()).toEqual(['buildRuby: not done yet']);
  });

  it('is what a copy of the execution that began it meets', async () => {
    await fails({ temporalRunId: 'a copy' }).toMatchObject({ type: 'RunEnded', nonRetryable: true });
    expect(await store.steps.of(1)).toEqual([]);
  });
});

/** Aborts while the command runs; how the attempt ended. */
async function abortAtWork(isCancelled: boolean): Promise<unknown> {
  const leaving = new AbortController();
  node.run = ({ signal }) =>
    new Promise<RunResult>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  const attempted = attempt(deps, STEP, { signal: leaving.signal, isCancelled }).catch((error: unknown) => error);
  await until(() => node.ran.length === 1, 'the command runs');
  leaving.abort();
  return attempted;
}

describe('an attempt that is aborted', () => {
  it('stops its command where the run was cancelled', async () => {
    expect(await abortAtWork(true)).toMatchObject({ name: 'AbortError' });
    expect(node.stopped).toEqual([deps.commandKey(node.ran[0] as (typeof node.ran)[0])]);
    expect(await record()).toMatchObject({ state: 'aborted', failures: 0, reasons: ['cancelled'] });
  });

  it('ends although the node does not stop it', async () => {
    node.stop = () => new Promise(() => {});
    expect(await abortAtWork(true)).toMatchObject({ name: 'AbortError' });
    expect(await record()).toMatchObject({ state: 'aborted' });
  });

  it('is recorded as cancelled as soon as the store can be written again', async () => {
    const { end } = store.steps;
    const refused = vi.spyOn(store.steps, 'end');
    refused.mockRejectedValueOnce(new DeploymentEngineError('StoreUnwritable', 'full')).mockImplementation(end);
    await abortAtWork(true);
    expect(refused).toHaveBeenCalledTimes(2);
    expect(await record()).toMatchObject({ state: 'aborted' });
  });

  it('leaves its command to the next worker where this one only stops', async () => {
    expect(await abortAtWork(false)).toMatchObject({ name: 'AbortError' });
    expect(node.stopped).toEqual([]);
    expect(await record()).toMatchObject({ state: 'running', failures: 0, error: undefined, silentSince: undefined });
    expect(await said()).toEqual(['buildRuby: not done yet']);
  });

  it('stops nothing where nothing runs', async () => {
    const cancelled = AbortSignal.abort();
    await expect(attempt(deps, STEP, { signal: cancelled, isCancelled: true })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect([node.ran, node.stopped]).toEqual([[], []]);
  });
});
