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
  const stages = ['prepare', 'update', 'operate', 'remove', 'sweep'] as const;
  expect(stages.flatMap(stepsOf).toSorted()).toEqual(names.toSorted());
  expect(names.slice(0, stepsOf('prepare').length)).toEqual(stepsOf('prepare'));
});

it('lets anyone in only until there is an account', () => {
  expect(names.filter((name) => STEPS[name].as === 'anyone')).toEqual([
    'connect',
    'checkDisk',
    'ensureUser',
    'removeInstance',
    'leaveNode',
    'giveBack',
  ]);
});

it('never skips what others stand on', () => {
  expect(names.filter((name) => !STEPS[name].skippable)).toEqual([
    'connect',
    'transferRelease',
    'compilePackages',
    'installJob',
    'restart',
    'stop',
  ]);
});
