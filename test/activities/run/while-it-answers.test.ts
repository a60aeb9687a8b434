import { expect, it } from 'vitest';
import { type Patience, whileItAnswers } from '../../../activities/run/while-it-answers.ts';
import { DeploymentEngineError, type ErrorCode } from '../../../domain/errors.ts';

const answering = async (): Promise<boolean> => true;
const silent = async (): Promise<boolean> => false;
const never = (): Promise<never> => new Promise(() => undefined);
const patience: Patience = { silent: 20, slow: 60_000 };

it('asks a node nothing that has done it at once', async () => {
  const asked = (): never => {
    throw new Error('asked');
  };
  expect(await whileItAnswers(async () => undefined, asked, { ...patience, silent: 60_000 })).toBeUndefined();
});

it('waits for one that is late but answers, and for no other', async () => {
  let questions = 0;
  const done = Promise.withResolvers<void>();
  const late = async (): Promise<boolean> => {
    questions += 1;
    if (questions === 3) done.resolve();
    return true;
  };
  expect(await whileItAnswers(() => done.promise, late, patience)).toBeUndefined();
  expect(questions).toBeGreaterThanOrEqual(3);
  expect(await whileItAnswers(never, silent, patience)).toEqual('it did not answer within 0.02 s');
});

it('gives up one that answers and is never done', async () => {
  expect(await whileItAnswers(never, answering, { silent: 20, slow: 60 })).toBe('it answers, but too slowly');
});

const failingOnce = (code: ErrorCode) => {
  let tries = 0;
  return {
    tries: () => tries,
    act: async () => {
      tries += 1;
      if (tries === 1) throw new DeploymentEngineError(code, 'it failed');
    },
  };
};

it('tries again what the network has broken, while the node answers', async () => {
  const broken = failingOnce('ConnectionLost');
  expect(await whileItAnswers(broken.act, answering, patience)).toBeUndefined();
  expect(broken.tries()).toBe(2);
  expect(await whileItAnswers(failingOnce('NodeUnreachable').act, silent, patience)).toBe('it failed');
});

it('takes a refusal for an answer', async () => {
  expect(await whileItAnswers(failingOnce('AuthenticationFailed').act, answering, patience)).toBe('it failed');
});
