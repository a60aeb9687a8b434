import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { allLines } from '../../store/samples.ts';
import { attempt, type ShellStep } from './step-attempt.ts';
import { deps, done, gate, happened, node, output, record, said, step, store } from './local-attempts.ts';

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
  const restart = (wanted: ShellStep, given = deps) =>
    attempt(given, wanted, { as: { target: 'nats/0', step: 'restart' } });

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
    const without = { ...deps, contexts: { ...deps.contexts, load } };
    const works: ShellStep = { check: `[ -e ${done()} ]`, command: `touch ${done()}` };
    expect(await restart(works, without)).toEqual({ state: 'changed' });
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
