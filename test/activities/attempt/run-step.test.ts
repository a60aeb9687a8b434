import { expect, it } from 'vitest';
import { applyStep, checkStep } from '../../../activities/attempt/run-step.ts';
import { sh } from '../../../domain/command.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { change, type Step } from '../../../domain/step.ts';
import { fakeNode } from '../fake-node.ts';

/** Wants the check to print nothing; each word it prints is a reason. */
const words: Step<readonly string[]> = {
  title: 'Say nothing',
  check: { run: sh`words`, parse: ({ stdout }) => stdout.split(' ').filter((word) => word !== '') },
  changes: (found) => found.map((word) => change(`says ${word}`, sh`silence ${word}`)),
};

it('changes nothing on a node that is as wanted', async () => {
  const node = fakeNode(['']);
  expect(await applyStep(words, node)).toEqual({ state: 'unchanged', reasons: [], facts: [] });
  expect(node.events).toEqual(['check']);
});

it('announces and carries out each change, from where the check saw the ledger, and checks again', async () => {
  const node = fakeNode(['a b', ''], { position: 12 });
  expect(await applyStep(words, node)).toEqual({ state: 'changed', reasons: ['says a', 'says b'], facts: [] });
  expect(node.events).toEqual([
    'check',
    'announce says a',
    'carry out command at 12',
    'announce says b',
    'carry out command at 12',
    'check',
  ]);
});

it('announces a reason that several acts share once, with those that come with it', async () => {
  const node = fakeNode(['x', '']);
  const pair: Step<readonly string[]> = {
    ...words,
    changes: (found) =>
      found.flatMap(() => ['one', 'two'].map((word) => ({ ...change('a', sh`silence ${word}`), also: ['b'] }))),
  };
  expect(await applyStep(pair, node)).toMatchObject({ reasons: ['a', 'b'] });
  expect(node.events.filter((event) => event.startsWith('announce'))).toEqual(['announce a', 'announce b']);
});

it('says what is still not as wanted', async () => {
  const node = fakeNode(['a b', 'b']);
  const failure = await applyStep(words, node).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'StepNotConverged', retry: 'few' });
  expect((failure as Error).message).toBe('Say nothing: still not as wanted after the changes: says b');
});

it('says what the step has to say where its changes did not help', async () => {
  const unmet = (found: readonly string[]) => new DeploymentEngineError('JobNotRunning', `only ${found.join()}`);
  await expect(applyStep({ ...words, unmet }, fakeNode(['a b', 'b']))).rejects.toThrow('only b');
});

it('stops at the first change that fails', async () => {
  const failed = new DeploymentEngineError('CommandFailed', 'no');
  const node = fakeNode(['a b'], {
    onAct: () => {
      throw failed;
    },
  });
  await expect(applyStep(words, node)).rejects.toBe(failed);
  expect(node.events).toEqual(['check', 'announce says a', 'carry out command at 7']);
});

it('only looks when asked what would change', async () => {
  const node = fakeNode(['a']);
  const { facts, changes, position } = await checkStep(words, node);
  expect([facts, changes.length, position]).toEqual([['a'], 1, 7]);
  expect(node.events).toEqual(['check']);
});
