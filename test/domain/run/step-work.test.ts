import { expect, it } from 'vitest';
import { artefactsOf, durationText, speakAfter, workLine } from '../../../domain/run/step-work.ts';
import { phrase } from '../../../domain/text/text.ts';

it.each([
  [200, '1 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [130_000, '2 min 10 s'],
  [1_510_000, '25 min'],
  [3_900_000, '1 h 5 min'],
  [7_200_000, '2 h'],
])('writes %i ms as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it('says what is done, where, for how long, and what is usual', () => {
  const work = { doing: 'building ruby 3.1.2', since: 0, usualMs: 180_000 };
  expect(workLine(work, '10.10.101.181', 130_000)).toEqual(
    'building ruby 3.1.2 on 10.10.101.181 for 2 min 10 s, usually 3 min',
  );
  expect(workLine({ doing: 'starting', since: 0 }, '10.10.101.181', 15_000)).toEqual(
    'starting on 10.10.101.181 for 15 s',
  );
  const waiting = {
    doing: phrase('waiting for {artefacts}', { artefacts: artefactsOf(['ruby/3.1.2/abc']) }),
    since: 0,
    waitsFor: '10.10.101.183',
  };
  expect(workLine(waiting, '10.10.101.181', 45_000)).toEqual('waiting for ruby 3.1.2 from 10.10.101.183 for 45 s');
});

it('speaks ever more rarely', () => {
  const times: number[] = [];
  for (let at = speakAfter(0); at <= 3_600_000; at += speakAfter(at)) times.push(at / 1000);
  expect(times.slice(0, 3)).toEqual([15, 30, 45]);
  expect(times).toContain(300);
  expect(times.filter((at) => at > 300)).toEqual(Array.from({ length: 55 }, (_, index) => 360 + 60 * index));
  expect([speakAfter(0, { isWaiting: true }), speakAfter(15_000, { isWaiting: true })]).toEqual([15_000, 60_000]);
});
