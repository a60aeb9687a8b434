import { describe, expect, it } from 'vitest';
import { Overtaken } from '../../../domain/run/overtaken.ts';
import { Secret } from '../../../domain/secret.ts';
import type { StepKey } from '../../../store/runs/contract.ts';
import { DRIVERS, useStores } from '../stores.ts';

const KEY: StepKey = { run: 1, target: '10.0.0.1', step: 'buildRuby', round: 1 };
const FAILURE = { code: 'CommandFailed', message: 'make ended 2', counts: true, parks: false };

describe.each(DRIVERS)('step records in $name', ({ open }) => {
  const opened = useStores(open);

  it('counts attempts from the first start', async () => {
    let now = 10;
    const { steps } = await opened({ clock: () => now });
    expect(await steps.begin(KEY)).toMatchObject({ ...KEY, state: 'running', attempts: 1, failures: 0, startedAt: 10 });
    now = 20;
    expect(await steps.begin(KEY)).toMatchObject({ attempts: 2, startedAt: 10, firstFailureAt: undefined });
  });

  it('keeps the time of the first failure and counts only failures of the step itself', async () => {
    let now = 10;
    const { steps } = await opened({ clock: () => now });
    await steps.begin(KEY);
    expect(await steps.fail(KEY, { ...FAILURE, counts: false })).toMatchObject({ state: 'retrying', failures: 0 });
    now = 20;
    await steps.begin(KEY);
    const failed = await steps.fail(KEY, { ...FAILURE, parks: true });
    expect(failed).toMatchObject({ state: 'parked', failures: 1, firstFailureAt: 10, attempts: 2 });
    expect(failed.error).toEqual({ code: 'CommandFailed', message: 'make ended 2' });
  });

  it('knows of an attempt that tries several times when it failed first', async () => {
    let now = 60_000;
    const { steps } = await opened({ clock: () => now });
    await steps.begin(KEY);
    const failure = { ...FAILURE, parks: true, failingMs: 25_000 };
    expect(await steps.fail(KEY, failure)).toMatchObject({ firstFailureAt: 35_000, endedAt: 60_000 });
    now = 90_000;
    expect(await steps.fail(KEY, failure)).toMatchObject({ firstFailureAt: 35_000 });
  });

  it('masks known secrets in the message of a failure', async () => {
    const { log, steps } = await opened();
    await log.learnSecrets([new Secret('token', 'hunter22')]);
    await steps.begin(KEY);
    const failed = await steps.fail(KEY, { ...FAILURE, message: 'login with hunter22 refused' });
    expect(failed.error?.message).toBe('login with ******** refused');
  });

  it('masks known secrets in reasons, which name what a node has answered', async () => {
    const { log, steps } = await opened();
    await log.learnSecrets([new Secret('token', 'hunter22')]);
    await steps.begin(KEY);
    for (const _ of [1, 2]) await steps.note(KEY, 'owned by hunter22');
    expect((await steps.of(1))[0]?.reasons).toEqual(['owned by ********']);
    await steps.end(KEY, 'done', ['was owned by hunter22']);
    expect((await steps.of(1))[0]?.reasons).toEqual(['was owned by ********']);
  });

  it('keeps the first position until the step itself fails', async () => {
    const { steps } = await opened();
    await steps.begin(KEY);
    await steps.reach(KEY, 7);
    await steps.reach(KEY, 9);
    await steps.fail(KEY, { ...FAILURE, counts: false });
    expect((await steps.begin(KEY)).position).toBe(7);
    await steps.fail(KEY, FAILURE);
    expect((await steps.begin(KEY)).position).toBeUndefined();
  });

  it('retries until the node answers; patience begins anew with the first progress', async () => {
    let now = 10;
    const { steps } = await opened({ clock: () => now });
    await steps.begin(KEY);
    await steps.fail(KEY, { ...FAILURE, counts: false });
    expect((await steps.begin(KEY)).state).toBe('retrying');
    await steps.reach(KEY, 1);
    expect(await steps.of(1)).toMatchObject([{ state: 'running', silentSince: 10 }]);
    now = 50;
    expect((await steps.fail(KEY, { ...FAILURE, counts: false })).silentSince).toBe(10);
    await steps.progress(KEY);
    expect((await steps.fail(KEY, { ...FAILURE, counts: false })).silentSince).toBe(50);
    expect(await steps.of(1)).toMatchObject([{ firstFailureAt: 10 }]);
  });

  it('ends with reasons; success forgets the last error', async () => {
    const { steps } = await opened({ clock: () => 3 });
    await steps.begin(KEY);
    await steps.fail(KEY, FAILURE);
    await steps.end(KEY, 'done', ['no ruby']);
    const [record] = await steps.of(1);
    expect(record).toMatchObject({ state: 'done', reasons: ['no ruby'], endedAt: 3, error: undefined });
  });

  it('keeps what went wrong with a skipped step', async () => {
    const { steps } = await opened();
    await steps.begin(KEY);
    await steps.fail(KEY, FAILURE);
    await steps.end(KEY, 'skipped', []);
    expect((await steps.of(1))[0]?.error?.code).toBe('CommandFailed');
  });

  it('starts every round anew and tells runs apart', async () => {
    const { steps } = await opened();
    await steps.begin(KEY);
    await steps.fail(KEY, FAILURE);
    expect(await steps.begin({ ...KEY, round: 2 })).toMatchObject({ attempts: 1, failures: 0 });
    await steps.begin({ ...KEY, run: 2 });
    expect((await steps.of(1)).map(({ round }) => round)).toEqual([1, 2]);
  });

  it('refuses to end or fail what never began', async () => {
    const { steps } = await opened();
    await expect(steps.end(KEY, 'done', [])).rejects.toMatchObject({ code: 'RunNotFound' });
    await expect(steps.fail(KEY, FAILURE)).rejects.toMatchObject({ code: 'RunNotFound' });
  });

  it('are written by the newest attempt, and by the run', async () => {
    const { steps } = await opened();
    const [first, second] = [await steps.begin(KEY), await steps.begin(KEY)];
    await steps.reach(second, 7);
    await steps.end(second, 'done', ['no ruby']);
    const [done] = await steps.of(1);
    for (const late of [
      () => steps.fail(first, FAILURE),
      () => steps.end(first, 'aborted', []),
      () => steps.reach(first, 9),
      () => steps.note(first, 'late'),
      () => steps.fail(second, FAILURE),
    ])
      await expect(late()).rejects.toThrow(Overtaken);
    await steps.work(first, { doing: 'building ruby 3.1.2', since: 0 });
    await steps.progress(first);
    expect(await steps.of(1)).toEqual([done]);
    await steps.end(KEY, 'skipped', []);
    expect(await steps.of(1)).toMatchObject([{ state: 'skipped' }]);
  });
});
