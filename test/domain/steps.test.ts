import { expect, it } from 'vitest';
import { type StepName, STEPS, stepsOf } from '../../domain/steps.ts';

const names = Object.keys(STEPS) as StepName[];

it('is the order of a deploy', () => {
  expect(stepsOf('prepare')).toEqual([
    'connect',
    'checkDisk',
    'ensureUser',
    'swapAptSource',
    'installRuntimePackages',
    'buildRuby',
    'installMonit',
    'transferRelease',
    'compilePackages',
  ]);
  expect(stepsOf('update')).toEqual(['quiesce', 'installJob', 'applySpecialSteps', 'start', 'verifyInstance']);
});

it('lists each step in its stage, prepare first', () => {
  expect([...stepsOf('prepare'), ...stepsOf('update')]).toEqual(names);
});

it('lets anyone in only until there is an account', () => {
  expect(names.filter((name) => STEPS[name].as === 'anyone')).toEqual(['connect', 'checkDisk', 'ensureUser']);
});

it('never skips what others stand on', () => {
  expect(names.filter((name) => !STEPS[name].skippable)).toEqual([
    'connect',
    'transferRelease',
    'compilePackages',
    'installJob',
  ]);
});
