import { existsSync, writeFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { noteWait, tellWaiting } from '../../../activities/builds/builds-wait.ts';
import { createWorkReport, type ReportPace } from '../../../activities/progress/work-report.ts';
import type { StepRecord } from '../../../domain/run/run.ts';
import type { StepWork } from '../../../domain/run/step-work.ts';
import { inEnglish, type Text } from '../../../domain/text/text.ts';
import { until } from '../../support/until.ts';
import { deps, done, gate, said, store } from '../attempt/local-attempts.ts';
import { attempt, type ShellStep } from '../attempt/step-attempt.ts';

const PACE: ReportPace = { keepAfter: 20, speakAfter: () => 50 };
const TIME = 'buildRuby debian-12';

const begun = (): string => `${gate()}-begun`;
/** Works until its gate is opened, then ends as told. */
const step = (end = 'true'): ShellStep => ({
  check: `[ -e ${done()} ]`,
  command: `touch ${begun()}; while [ ! -e ${gate()} ]; do sleep 0.05; done; ${end}; touch ${done()}`,
});
const open = (): void => writeFileSync(gate(), '');
const work = async (): Promise<StepWork | undefined> => (await store.steps.of(1)).at(-1)?.work;
const doing = async (): Promise<string> => inEnglish((await work())?.doing ?? '');

it('says what a long step is at, for how long, and what is usual, until it is over', async () => {
  await store.times.note(TIME, 180_000);
  const speakAfter = vi.fn(PACE.speakAfter);
  const running = attempt(deps, step(), { pace: { ...PACE, speakAfter } });
  await until(async () => (await said()).filter((line) => line.includes(' for ')).length > 2, 'it has spoken');
  expect(await work()).toMatchObject({ doing: 'looking for what is to be built', usualMs: 180_000 });
  open();
  expect(await running).toEqual({ state: 'changed' });
  const lines = await said();
  const told = /^buildRuby: looking for what is to be built on local for \d+ s, usually 3 min$/;
  expect(lines.filter((line) => told.test(line)).length).toBeGreaterThan(0);
  expect(lines.at(-1)).toMatch(/^buildRuby: done in /);
  expect(await work()).toBeUndefined();

  const before = speakAfter.mock.calls.length;
  const later = vi.fn(PACE.speakAfter);
  const another = attempt(
    deps,
    { ...step(), check: 'false', command: 'sleep 1' },
    { round: 2, pace: { ...PACE, speakAfter: later } },
  );
  await until(() => later.mock.calls.length > 5, 'another has spoken');
  expect(speakAfter.mock.calls.length).toBe(before);
  await another.catch(() => undefined);
});

it('is silent about what is soon over, and measures it', async () => {
  open();
  await attempt(deps, step());
  expect((await said()).filter((line) => line.includes(' for '))).toEqual([]);
  expect([...(await store.times.usual()).keys()]).toEqual([TIME]);
});

it('does not take for usual what a failure or an operator has made longer', async () => {
  open();
  await expect(attempt(deps, { ...step(), command: 'exit 1' })).rejects.toThrow();
  expect(await attempt(deps, step())).toEqual({ state: 'changed' });
  expect(await store.times.usual()).toEqual(new Map());
});

it('counts on where a worker left the work', async () => {
  const leaving = new AbortController();
  const left = attempt(deps, step(), { pace: PACE, signal: leaving.signal }).catch(() => undefined);
  // Who leaves before its command has begun has no work on the node.
  await until(async () => (await work()) !== undefined && existsSync(begun()), 'its work is kept');
  leaving.abort();
  await left;
  const before = await work();
  await store.times.note(TIME, 5000);
  const next = attempt(deps, step(), { pace: PACE });
  await until(async () => (await work())?.usualMs === 5000, 'the next worker has kept it');
  expect((await work())?.since).toBe(before?.since);
  open();
  await next;
  // Who went away in between has made it longer.
  expect(await store.times.usual()).toEqual(new Map([[TIME, 5000]]));
});

it('adds up its parts, and does not change its mind while they are measured', async () => {
  const record = await store.steps.begin({ run: 1, target: 'local', step: 'compilePackages', round: 1 });
  const artefacts = ['nats', 'uaa'].map((name) => ({
    profile: 'debian-12',
    key: `package/${name}/f`,
    isMadeHere: true,
  }));
  const [nats, uaa] = artefacts as [(typeof artefacts)[0], (typeof artefacts)[0]];
  for (const [verb, ms] of [
    ['building', 60_000],
    ['unpacking', 2_000],
  ] as const)
    for (const name of ['nats', 'uaa']) await store.times.note(`${verb} package ${name} debian-12`, ms);
  const log = { write: () => {} };
  const report = createWorkReport({ store, record, address: 'local', of: 'debian-12', log, pace: PACE });
  report.expect(artefacts);
  report.at('building', nats);
  await until(async () => (await doing()) === 'building package nats (1 of 2)', 'it is kept');
  expect((await work())?.usualMs).toBe(124_000);
  await report.took('building package nats debian-12', 1);
  report.at('building', uaa);
  await until(async () => (await doing()) === 'building package uaa (2 of 2)', 'the next is kept');
  expect((await work())?.usualMs).toBe(124_000);
  await report.stop();
});

it('says for whom a step waits, and how long such a build takes', async () => {
  const key = { run: 1, target: 'local', step: 'buildRuby', round: 1 } as const;
  const builds = { builder: '10.0.0.1', profile: 'debian-12', keys: ['ruby/3.1.2/abc', 'monit/5.2.4/abc'] };
  const record = async () => (await store.steps.ofTarget(1, 'local')).at(-1) as StepRecord;
  await store.steps.begin(key);
  await store.times.note('building ruby 3.1.2 debian-12', 180_000);
  await store.times.note('building monit 5.2.4 debian-12', 20_000);
  await noteWait(store, await record(), builds);
  const since = (await record()).work?.since;
  const lines: string[] = [];
  const log = { write: (_level: string, line: Text) => void lines.push(inEnglish(line)) };
  const telling = tellWaiting(store, { record: await record(), address: 'local', log, after: () => 10, ...builds });
  await until(() => lines.length > 2, 'it has spoken');
  expect(lines[0]).toMatch(/^waiting for ruby 3\.1\.2 and 1 more from 10\.0\.0\.1 for \d+ s, usually 3 min 20 s$/);

  // The builder knows better what else it builds.
  const building = { ...key, target: '10.0.0.1' };
  await store.steps.begin(building);
  await store.steps.work(building, { doing: 'building ruby 3.1.2', since: 0, usualMs: 240_000 });
  await until(() => lines.at(-1)?.endsWith('usually 4 min') === true, 'it has heard from the builder');
  telling.stop();
  expect((await record()).work).toMatchObject({ since, usualMs: 240_000, waitsFor: '10.0.0.1' });
  // Who waits on waits since it began to.
  await noteWait(store, await record(), builds);
  expect((await record()).work).toMatchObject({ since, usualMs: 240_000 });
});
