import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLedger } from '../../support/ledger.ts';
import { until } from '../../support/until.ts';
import { attempt, type ShellStep } from './step-attempt.ts';
import { deps, done, gate, happened, node, output, record, step } from './local-attempts.ts';

/** A worker that goes away as soon as the command has said its first line. */
async function goAway(wanted: ShellStep, round = 1): Promise<void> {
  const leaving = new AbortController();
  const before = (await output()).length;
  const left = attempt(deps, wanted, { round, signal: leaving.signal }).catch(() => undefined);
  await until(async () => (await output()).length > before, 'the first line came');
  leaving.abort();
  await left;
}

async function endsUnheard(): Promise<void> {
  const ended = readLedger(node.directory).filter(({ event }) => event === 'ended').length;
  writeFileSync(gate(), '');
  await until(
    () => readLedger(node.directory).filter(({ event }) => event === 'ended').length > ended,
    'the command has ended',
  );
}

describe('an attempt after a worker that went away', () => {
  it('takes over what was said meanwhile, and why something was changed', async () => {
    const wanted = step(`touch ${done()}`);
    await goAway(wanted);
    await endsUnheard();
    expect(await attempt(deps, wanted)).toEqual({ state: 'changed' });
    expect(await output()).toEqual(['one', 'two']);
    expect(await record()).toMatchObject({ state: 'done', reasons: ['not done yet'], attempts: 2, failures: 0 });
    expect(happened()).toBe('started, ended 0');
  });

  it('reports what failed meanwhile with its own words, and tries again from the first byte', async () => {
    const wanted = step(
      `[ -e ${done()}.once ] || { touch ${done()}.once; echo no room >&2; exit 3; }; touch ${done()}`,
    );
    await goAway(wanted);
    await endsUnheard();
    await expect(attempt(deps, wanted)).rejects.toMatchObject({
      type: 'CommandFailed',
      message: expect.stringMatching(/^local: no room \(.* ended with exit code 3 while nobody listened; /),
    });
    expect(await record()).toMatchObject({ state: 'retrying', failures: 1 });
    expect(happened()).toBe('started, ended 3');

    expect(await attempt(deps, wanted)).toEqual({ state: 'changed' });
    expect(await output()).toEqual(['one', 'two', 'no room', 'one', 'two']);
    expect(await record()).toMatchObject({ state: 'done', failures: 1 });
  });

  it('asks anew for a command that could not go on for now, and used up no try', async () => {
    const wanted: ShellStep = {
      check: `[ -e ${done()} ]`,
      command: `[ -e ${gate()} ] || { echo 'somebody holds the lock'; exit 5; }; touch ${done()}`,
      failures: { 5: 'PackageLockHeld' },
    };
    await expect(attempt(deps, wanted)).rejects.toMatchObject({ type: 'PackageLockHeld', nonRetryable: false });
    writeFileSync(gate(), '');
    expect(await attempt(deps, wanted)).toEqual({ state: 'changed' });
    expect(happened()).toBe('started, ended 5, started, ended 0');
    expect(await record()).toMatchObject({ state: 'done', failures: 0 });
  });

  it('waits for what still runs before it looks', async () => {
    const wanted = step(`touch ${done()}`, `[ -e ${gate()}.half ]`);
    writeFileSync(`${gate()}.half`, '');
    await goAway({ ...wanted, check: 'false' });
    const second = attempt(deps, wanted);
    await until(async () => (await record())?.attempts === 2, 'the second attempt has begun');
    writeFileSync(gate(), '');
    expect(await second).toEqual({ state: 'changed' });
    expect(existsSync(done())).toBe(true);
    expect(await output()).toEqual(['one', 'two']);
  });

  it('hears out an earlier round too, and starts nothing beside it', async () => {
    const wanted = step(`touch ${done()}`);
    await goAway(wanted);
    const second = attempt(deps, wanted, { round: 2 });
    await until(() => happened() === 'started, attached', 'the second round listens');
    writeFileSync(gate(), '');
    expect(await second).toEqual({ state: 'unchanged' });
    expect(await output()).toEqual(['one', 'two']);
    expect(happened()).toBe('started, attached, ended 0');
  });

  it('ends a command it only listens to when it is cancelled', async () => {
    const wanted = step('true');
    await goAway(wanted);
    const cancel = new AbortController();
    const second = attempt(deps, wanted, { signal: cancel.signal, isCancelled: true });
    const cancelled = expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => happened() === 'started, attached', 'it listens');
    cancel.abort();
    await cancelled;
    await until(() => happened() === 'started, attached, ended 143', 'the command was ended');
    expect(await record()).toMatchObject({ state: 'aborted', reasons: ['cancelled'] });
  });
});
