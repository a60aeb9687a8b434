import { expect, it } from 'vitest';
import { byTargetOf, createKnownSteps } from '../../api/known-steps.ts';
import type { StepRecords } from '../../store/runs/contract.ts';
import { runStart } from '../store/samples.ts';
import { openSqlite, useStores } from '../store/stores.ts';

const opened = useStores(openSqlite);
const MINUTE = 60_000;

async function knownSteps() {
  const now = { at: 10 * MINUTE };
  const { steps, runs } = await opened({ clock: () => now.at });
  await runs.begin(runStart('1'));
  const whole: number[] = [];
  const of: StepRecords['of'] = (run) => {
    whole.push(run);
    return steps.of(run);
  };
  const known = createKnownSteps({ of, since: (run, at) => steps.since(run, at) });
  const asRead = async () => byTargetOf(await steps.of(1));
  return { now, steps, known, whole, asRead };
}

const key = (target: string, round = 1) => ({ run: 1, target, step: 'connect', round }) as const;

it('are read as a whole once, and are always what the store has', async () => {
  const { now, steps, known, whole, asRead } = await knownSteps();
  const changes = [
    () => steps.begin(key('10.0.0.1')),
    () => steps.begin(key('10.0.0.2')),
    () => steps.work(key('10.0.0.1'), { doing: 'unpacking', since: 1 }),
    () => steps.end(key('10.0.0.1'), 'done', ['new']),
    () => steps.fail(key('10.0.0.2'), { code: 'CommandFailed', message: 'x', counts: true, parks: true }),
    () => steps.begin(key('10.0.0.2')),
    () => steps.end(key('10.0.0.2'), 'skipped', []),
    () => steps.begin(key('10.0.0.2', 2)),
    () => steps.begin({ ...key('nats/0'), step: 'start' }),
  ];
  for (const change of changes) {
    now.at += 5 * MINUTE;
    await change();
    expect(await known(1)).toEqual(await asRead());
  }
  expect(whole).toEqual([1]);
});

it('keep the list of a target that has done nothing since', async () => {
  const { now, steps, known } = await knownSteps();
  for (const target of ['10.0.0.1', '10.0.0.2']) {
    await steps.begin(key(target));
    await steps.end(key(target), 'done', []);
  }
  const first = await known(1);
  now.at += MINUTE / 2;
  await steps.begin(key('10.0.0.2', 2));
  const second = await known(1);
  expect(second.get('10.0.0.1')).toBe(first.get('10.0.0.1'));
  expect(second.get('10.0.0.2')).toHaveLength(2);
  expect(first.get('10.0.0.2')).toHaveLength(1);
});

it('are read as a whole again where a clock was set back, and for another run', async () => {
  const { now, steps, known, whole, asRead } = await knownSteps();
  await steps.begin(key('10.0.0.1'));
  await steps.begin(key('10.0.0.2'));
  await steps.end(key('10.0.0.1'), 'done', []);
  await known(1);
  now.at -= 5 * MINUTE;
  await steps.end(key('10.0.0.2'), 'done', []);
  expect(await known(1)).toEqual(await asRead());
  expect(whole).toEqual([1, 1]);
  expect(await known(2)).toEqual(new Map());
  expect(whole).toEqual([1, 1, 2]);
});

it('of which a reading fails are read the next time', async () => {
  const { steps } = await knownSteps();
  let isAway = true;
  const of: StepRecords['of'] = (run) => (isAway ? Promise.reject(new Error('away')) : steps.of(run));
  const known = createKnownSteps({ of, since: (run, at) => steps.since(run, at) });
  const readings = [known(1), known(1)];
  expect((await Promise.allSettled(readings)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isAway = false;
  expect(await known(1)).toEqual(new Map());
});
