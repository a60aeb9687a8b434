import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Stepping } from '../../../activities/attempt/attempt.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { StepRecord } from '../../../domain/run/run.ts';
import type { Store } from '../../../store/store.ts';
import { allLines, texts } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { events, readLedger } from '../../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE } from '../../support/run-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { attempt, attemptDependencies, beginPlannedRun, type ShellStep } from '../step-attempt.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const openStore = useStores(openSqlite);

let store: Store;
let node: LocalNode;
let deps: Stepping;
let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  store = await openStore({ dataDir: folder });
  node = createLocalNode();
  deps = attemptDependencies(store, node.session, folder);
  await beginPlannedRun(store);
  await node.session.installRunner({ ...FENCE, run: 1 });
});
afterEach(async () => {
  await deps.log.close();
  await node.remove();
});

const record = async (): Promise<StepRecord | undefined> => (await store.steps.of(1)).at(-1);
const output = async (): Promise<string[]> => texts((await allLines(store, 1)).filter(({ level }) => level === 'out'));
const said = async (): Promise<string[]> => texts((await allLines(store, 1)).filter(({ level }) => level !== 'out'));
const happened = (): string => events(readLedger(node.directory));
const done = (): string => join(folder, 'done');
const gate = (): string => join(folder, 'gate');

/** Says two lines, the second once the gate is open. */
const step = (end: string, check = `[ -e ${done()} ]`): ShellStep => ({
  check,
  command: `echo one; while [ ! -e ${gate()} ]; do sleep 0.05; done; echo two; ${end}`,
});

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

describe('a step whose store cannot be written', () => {
  /** The store's method fails so often, then works again. */
  function failing<Part extends object>(part: Part, method: keyof Part & string, times: number): { left: number } {
    const works = part[method] as (...args: unknown[]) => Promise<unknown>;
    const state = { left: times };
    const fails = (...args: unknown[]): Promise<unknown> => {
      if (state.left === 0) return works(...args);
      state.left -= 1;
      return Promise.reject(new DeploymentEngineError('StoreUnwritable', 'The disk is full.'));
    };
    Object.assign(part, { [method]: fails });
    return state;
  }

  it.each(['begin', 'reach', 'note', 'end'] as const)('waits when it is %s that fails', async (method) => {
    const state = failing(store.steps, method, 2);
    writeFileSync(gate(), '');
    expect(await attempt(deps, step(`touch ${done()}`))).toEqual({ state: 'changed' });
    expect(state.left).toBe(0);
    expect(await record()).toMatchObject({ state: 'done', reasons: ['not done yet'], attempts: 1, failures: 0 });
    expect(await said()).toContainEqual(expect.stringMatching(/^the store could not be written for \d+ s, .*full\.$/));
    expect(happened()).toBe('started, ended 0');
  });

  it('keeps the output of a command that runs on meanwhile', async () => {
    failing(store.log, 'appendOutput', 2);
    writeFileSync(gate(), '');
    await attempt(deps, step(`touch ${done()}`));
    expect(await output()).toEqual(['one', 'two']);
    expect(readFileSync(join(node.directory, 'ledger'), 'utf8').match(/"started"/g)).toHaveLength(1);
  });

  it('stores its own lines before it ends', async () => {
    failing(store.log, 'appendAll', 2);
    writeFileSync(gate(), '');
    await attempt(deps, step(`touch ${done()}`));
    expect(await said()).toEqual(
      expect.arrayContaining(['buildRuby: not done yet', expect.stringMatching(/^buildRuby: done in /)]),
    );
  });
});

describe('a step that an operator waits for', () => {
  const restart = (wanted: ShellStep) => attempt(deps, wanted, { as: { target: 'nats/0', step: 'restart' } });

  it('ends with its first failure, and is parked nowhere', async () => {
    const fails: ShellStep = { check: 'false', command: 'exit 3', failures: { 3: 'JobNotRunning' } };
    await expect(restart(fails)).rejects.toMatchObject({ type: 'JobNotRunning', nonRetryable: true });
    expect(await record()).toMatchObject({ target: 'nats/0', state: 'aborted', error: { code: 'JobNotRunning' } });
    expect((await said()).join()).not.toContain('parked');
  });

  it('has failed first when its own tries began to fail', async () => {
    const command = `echo "failing for 25 s"; echo; echo "does not run"; exit 3`;
    const fails: ShellStep = { check: 'false', command, failures: { 3: 'JobNotRunning' } };
    await expect(restart(fails)).rejects.toMatchObject({ type: 'JobNotRunning', message: 'local: does not run' });
    const { endedAt = 0, firstFailureAt = 0 } = (await record()) ?? {};
    expect(Math.round((endedAt - firstFailureAt) / 1000)).toBeGreaterThanOrEqual(25);
  });

  it('needs no release', async () => {
    const load = () => Promise.reject(new DeploymentEngineError('InvalidRelease', 'the mirror has lost it'));
    deps = { ...deps, contexts: { ...deps.contexts, load } };
    const works: ShellStep = { check: `[ -e ${done()} ]`, command: `touch ${done()}` };
    expect(await restart(works)).toEqual({ state: 'changed' });
  });

  it('ends the wish to have it stopped, which a stop begins', async () => {
    const instance = { id: 'nats/0', component: 'nats', number: 0, address: 'local' } as const;
    await store.installed.note(instance, { revision: 1, release: '' });
    const works: ShellStep = { check: `[ -e ${done()} ]`, command: `touch ${done()}` };
    await attempt(deps, works, { as: { target: 'nats/0', step: 'stop' } });
    const [stopped] = await store.installed.all();
    expect(stopped?.stoppedAt).toBeGreaterThan(0);
    await restart(works);
    expect((await store.installed.all())[0]?.stoppedAt).toBeUndefined();
  });
});

it('leaves what cannot be swept to the next deploy, which is no reason to park', async () => {
  const fails: ShellStep = { check: 'false', command: 'echo it is in use; exit 1' };
  const sweep = () => attempt(deps, fails, { as: { target: 'local', step: 'sweep' } });
  for (const nonRetryable of [false, false, true])
    await expect(sweep()).rejects.toMatchObject({ type: 'CommandFailed', nonRetryable });
  expect(await record()).toMatchObject({ target: 'local', state: 'aborted', error: { code: 'CommandFailed' } });
  const own = (await allLines(store, 1)).filter(({ level }) => level === 'warn' || level === 'error');
  expect(own.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
  expect(own.at(-1)?.line).toContain('; left to the next deploy');
});
