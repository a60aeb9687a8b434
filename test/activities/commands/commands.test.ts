import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookAround } from '../../../activities/preflight/look-around.ts';
import { STEPS } from '../../../domain/steps.ts';
import { INSTANCE_STEP_CASES } from './instance-steps.ts';
import { NODE_STEP_CASES } from './node-steps.ts';
import { shownCases } from './shown-step.ts';
import { SPECIAL_STEP_CASES } from './special-steps.ts';

// What a step does to a node is read and reviewed in these files. Who changes a command on purpose writes them anew with
// `npx vitest run -u --project unit test/activities/commands`.
const EXPECTED = join(import.meta.dirname, 'expected');

const STEP_CASES = { ...NODE_STEP_CASES, ...INSTANCE_STEP_CASES };

describe('every step', () => {
  it('has cases', () => {
    expect(Object.keys(STEP_CASES).toSorted()).toEqual(Object.keys(STEPS).toSorted());
  });

  it.each(Object.entries(STEP_CASES))('%s sends exactly these commands', async (name, cases) => {
    await expect(shownCases(cases)).toMatchFileSnapshot(join(EXPECTED, 'steps', `${name}.txt`));
  });

  it.each(Object.entries(SPECIAL_STEP_CASES))('%s, a special one, too', async (name, cases) => {
    await expect(shownCases(cases)).toMatchFileSnapshot(join(EXPECTED, 'special', `${name}.txt`));
  });
});

it('a preflight asks exactly this of what lies around', async () => {
  await expect(`${lookAround(['/var/vcap', '/tmp']).text}\n`).toMatchFileSnapshot(join(EXPECTED, 'lookAround.txt'));
});
