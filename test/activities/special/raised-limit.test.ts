import { expect, it } from 'vitest';
import { LOCKED_MEMORY, OPEN_FILES, raisedLimit } from '../../../activities/special/raised-limit.ts';
import { nodeContext, reasonsFor } from '../samples.ts';
import { run } from '../shell.ts';

const context = nodeContext();

it('is satisfied where the limit can be raised', () => {
  const step = raisedLimit(context, { ...OPEN_FILES, value: '64' });
  expect(step.changes(step.check.parse(run(step.check.run)))).toEqual([]);
});

it('leaves the limits of the look itself alone', () => {
  const step = raisedLimit(context, { ...OPEN_FILES, value: '64' });
  const { stdout } = run({
    ...step.check.run,
    text: `before=$(ulimit -n)\n${step.check.run.text}\n[ "$(ulimit -n)" = "$before" ] && echo same`,
  });
  expect(stdout).toContain('same');
});

it.each([
  [LOCKED_MEMORY, 'its limit of locked memory (ulimit -l unlimited)'],
  [OPEN_FILES, 'its limit of open files (ulimit -n 100000)'],
])('refuses a container that may not', (limit, problem) => {
  expect(() => reasonsFor(raisedLimit(context, limit), '')).toThrow(
    expect.objectContaining({ code: 'NodeUnfit', message: expect.stringContaining(problem) as string }),
  );
});
