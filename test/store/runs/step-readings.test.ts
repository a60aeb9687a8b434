import { describe, expect, it } from 'vitest';
import type { StepKey } from '../../../store/runs/contract.ts';
import { stepsVersion } from '../../../store/runs/steps-version.ts';
import { DRIVERS, useStores } from '../stores.ts';

const KEY: StepKey = { run: 1, target: '10.0.0.1', step: 'buildRuby', round: 1 };
const FAILURE = { code: 'CommandFailed', message: 'make ended 2', counts: true, parks: false };

describe.each(DRIVERS)('step records of a run in $name', ({ open }) => {
  const opened = useStores(open);

  it('finds the targets with something at work or to be decided, and all records of these', async () => {
    const { steps } = await opened();
    const other = { ...KEY, target: '10.0.0.2' };
    for (const key of [KEY, other]) {
      await steps.begin({ ...key, step: 'connect' });
      await steps.end({ ...key, step: 'connect' }, 'done', ['new']);
      await steps.begin(key);
    }
    await steps.end(other, 'done', ['new']);
    expect((await steps.inProgress(1)).map(({ target, step }) => `${target} ${step}`).toSorted()).toEqual([
      '10.0.0.1 buildRuby',
      '10.0.0.1 connect',
    ]);
    await steps.fail(KEY, { ...FAILURE, parks: true });
    expect(await steps.inProgress(1)).toHaveLength(2);
    await steps.end(KEY, 'skipped', []);
    expect(await steps.inProgress(1)).toEqual([]);
  });

  it('are told of some targets, and whether there are any', async () => {
    const { steps } = await opened();
    expect([await steps.hasBegun(1), await steps.ofTargets(1, [KEY.target])]).toEqual([false, []]);
    for (const target of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) await steps.begin({ ...KEY, target });
    const found = await steps.ofTargets(1, ['10.0.0.1', '10.0.0.3', '10.0.0.4']);
    expect(found.map(({ target }) => target).toSorted()).toEqual(['10.0.0.1', '10.0.0.3']);
    expect([await steps.hasBegun(1), await steps.hasBegun(2)]).toEqual([true, false]);
  });

  it('are told since a time, and what those make that ended before', async () => {
    let now = 10;
    const { steps } = await opened({ clock: () => now });
    const others = ['10.0.0.2', '10.0.0.3', '10.0.0.4'].map((target) => ({ ...KEY, target }));
    for (const key of [KEY, ...others]) await steps.begin(key);
    await steps.fail(KEY, FAILURE);
    for (const key of others) {
      now += 10;
      await steps.end(key, 'done', []);
    }
    const { records, earlier } = await steps.since(1, 30);
    expect(records.map(({ target }) => target).toSorted()).toEqual(['10.0.0.1', '10.0.0.3', '10.0.0.4']);
    const all = await steps.of(1);
    expect(earlier).toBe(stepsVersion(all.filter(({ target }) => target === '10.0.0.2')));
    expect(await steps.version(1)).toBe(stepsVersion(all));
    expect(await steps.since(2, 30)).toEqual({ records: [], earlier: stepsVersion([]) });
  });

  it('have another version after each change', async () => {
    let now = 10;
    const { steps } = await opened({ clock: () => now++ });
    const versions = [await steps.version(1)];
    const change = async (by: Promise<unknown>): Promise<void> => {
      await by;
      versions.push(await steps.version(1));
    };
    await change(steps.begin(KEY));
    await change(steps.fail(KEY, FAILURE));
    await change(steps.begin(KEY));
    await change(steps.end(KEY, 'done', []));
    await change(steps.begin({ ...KEY, round: 2 }));
    now = 5;
    await change(steps.end({ ...KEY, round: 2 }, 'aborted', []));
    expect(new Set(versions).size).toBe(versions.length);
    expect(await steps.version(1)).toBe(versions.at(-1));
  });
});
