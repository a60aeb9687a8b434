import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StepInput, Stepping } from '../../../activities/attempt/attempt.ts';
import type { WorkReport } from '../../../activities/progress/work-report.ts';
import { DeploymentEngineError, type ErrorCode, type ErrorDetails } from '../../../domain/errors.ts';
import type { StepRecord } from '../../../domain/run/run.ts';
import type { Text } from '../../../domain/text/text.ts';
import type { RunResult } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import { allLines, line, texts } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { attempt, attemptDependencies, beginPlannedRun } from '../step-attempt.ts';
import { ENDED, fakeSession } from './fake-session.ts';

const openStore = useStores(openSqlite);

const STEP = { check: 'is it?', command: 'make it so' };

let store: Store;
let deps: Stepping;
let node: ReturnType<typeof fakeSession>;

beforeEach(async () => {
  store = await openStore({ clock: () => Date.now() });
  node = fakeSession();
  deps = attemptDependencies(store, node.session, temporaryFolder());
  await beginPlannedRun(store);
});
afterEach(async () => {
  vi.useRealTimers();
  await deps.log.close();
});

const record = async (): Promise<StepRecord | undefined> => (await store.steps.of(1)).at(-1);
const said = async (): Promise<string[]> => texts(await allLines(store, 1));
const failWith = (code: ErrorCode, details: ErrorDetails = {}) => {
  node.run = () => Promise.reject(new DeploymentEngineError(code, code, { details }));
};
const fails = (as?: Partial<Pick<StepInput, 'target' | 'step' | 'temporalRunId'>>) =>
  expect(attempt(deps, STEP, as === undefined ? {} : { as })).rejects;

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

describe('a failure', () => {
  it.each<[ErrorCode, ErrorDetails, number]>([
    ['CommandFailed', {}, 3],
    ['ChecksumMismatch', {}, 2],
    ['NodeUnfit', {}, 1],
    ['JobNotRunning', { isHopeless: true }, 1],
  ])('of %s %j parks after so many attempts: %i', async (code, details, attempts) => {
    failWith(code, details);
    for (let tried = 1; tried < attempts; tried++) {
      await fails().toMatchObject({ type: code, nonRetryable: false });
      expect(await record()).toMatchObject({ state: 'retrying', failures: tried });
    }
    await fails().toMatchObject({ type: code, nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'parked', failures: attempts, error: { code } });
    const ends = (await said()).filter((each) => each.includes(code));
    expect(ends.map((each) => each.split('; ').at(-1))).toEqual([
      ...Array.from({ length: attempts - 1 }, () => 'trying again'),
      'parked',
    ]);
  });

  it('says to the workflow what failed, where, and whether time may help', async () => {
    failWith('CommandFailed');
    const details = { address: 'local', target: 'local', step: 'buildRuby', isRetryable: true };
    await fails().toMatchObject({ details: [details] });
    failWith('NodeUnfit');
    await fails().toMatchObject({ details: [{ ...details, isRetryable: false }] });
  });

  it('of the store uses up nothing, and is an outage of the log', async () => {
    const outage = vi.spyOn(deps.log, 'outage');
    failWith('StoreUnwritable');
    await fails().toMatchObject({ type: 'StoreUnwritable', nonRetryable: false });
    expect(outage).toHaveBeenCalledWith(1, 'StoreUnwritable');
    expect(await record()).toMatchObject({ state: 'running', failures: 0 });
  });

  it.each([
    ['sweep', 'local'],
    ['removeInstance', 'nats/0'],
  ] as const)('of a silent node keeps %s for half a minute, then the next deploy has it', async (step, target) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    failWith('NodeUnreachable');
    await fails({ step, target }).toMatchObject({ nonRetryable: false });
    vi.setSystemTime(1_029_000);
    await fails({ step, target }).toMatchObject({ nonRetryable: false });
    vi.setSystemTime(1_030_000);
    await fails({ step, target }).toMatchObject({ nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'aborted', failures: 0, reasons: ['not done yet'] });
    expect((await said()).at(-1)).toMatch(/; left to the next deploy$/);
  });

  it('of a removal whose node answers parks', async () => {
    failWith('NodeUnfit');
    await fails({ step: 'removeInstance', target: 'nats/0' }).toMatchObject({ nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'parked' });
  });

  it('of a silent node that an operator waits for is told within seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    failWith('NodeUnreachable');
    await fails({ step: 'stop', target: 'nats/0' }).toMatchObject({ nonRetryable: false });
    vi.setSystemTime(1_008_000);
    await fails({ step: 'stop', target: 'nats/0' }).toMatchObject({ nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'aborted' });
    expect((await said()).at(-1)).toBe('stop: NodeUnreachable');
  });
});
