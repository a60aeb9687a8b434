import { describe, expect, it } from 'vitest';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';
import { line, runStart } from '../samples.ts';
import { DRIVERS, useStores } from '../stores.ts';

const survey = (address: string, fence: number): NodeSurvey => ({
  address,
  failure: undefined,
  profile: 'debian-12',
  steps: [{ name: 'connect', reasons: ['first contact'] }],
  instances: [],
  missingBuilds: [],
  fence,
});

describe.each(DRIVERS)('surveys in $name', ({ open }) => {
  const opened = useStores(open);

  it('keeps the newest survey of every node of a run', async () => {
    const { surveys } = await opened();
    await surveys.save(1, [survey('10.0.0.1', 1), survey('10.0.0.2', 1)]);
    await surveys.save(1, [survey('10.0.0.1', 2)]);
    await surveys.save(2, []);
    expect(await surveys.of(1)).toEqual([survey('10.0.0.1', 2), survey('10.0.0.2', 1)]);
    expect(await surveys.of(2)).toEqual([]);
  });

  it('are kept until their run has ended, also where that goes on under another number', async () => {
    const { surveys, runs } = await opened();
    for (const id of ['a', 'b']) await runs.begin(runStart(id));
    for (const run of [1, 2]) await surveys.save(run, [survey('10.0.0.1', 1)]);
    await surveys.forgetEnded();
    expect(await surveys.of(1)).toHaveLength(1);
    await runs.finish(1, 'ok', undefined, line('end', 'local'));
    const { number } = await runs.raise(2, 7);
    await surveys.forgetEnded();
    expect(await surveys.of(1)).toEqual([]);
    expect(await surveys.of(2)).toHaveLength(1);
    await runs.finish(number, 'ok', undefined, line('end', 'local'));
    await surveys.forgetEnded();
    expect(await surveys.of(2)).toEqual([]);
  });
});
