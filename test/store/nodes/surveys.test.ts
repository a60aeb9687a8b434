import { describe, expect, it } from 'vitest';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';
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
});
