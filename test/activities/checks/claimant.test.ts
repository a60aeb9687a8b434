import { expect, it } from 'vitest';
import { claimantIn, visitorIn } from '../../../activities/checks/claimant.ts';

const SINCE = '2025-10-09T08:53:20.000Z';

it.each([
  [
    'engine-b 1760000000 {"host":"control-2","machine":"5e","startedAt":"2025-10-09T08:00:00.000Z"}',
    { engine: 'engine-b', since: SINCE, host: 'control-2', machine: '5e', startedAt: '2025-10-09T08:00:00.000Z' },
  ],
  ['engine-b 1760000000 {"host":"control-2","more":1}', { engine: 'engine-b', since: SINCE, host: 'control-2' }],
  ['engine-b 1760000000', { engine: 'engine-b', since: SINCE }],
  ['engine-b 1760000000 {"host":', { engine: 'engine-b', since: SINCE }],
  ['engine-b 1760000000 {"host":7}', { engine: 'engine-b', since: SINCE }],
  ['engine-b 1760000000 null', { engine: 'engine-b', since: SINCE }],
  ['engine-b', undefined],
  ['engine-b 999999999999 {}', undefined],
  ['', undefined],
])('reads %j', (line, claimant) => {
  expect(claimantIn(line)).toEqual(claimant);
});

const FENCE = { owner: 'engine-a 2 7', fence: 'engine-a 2 8' };

it.each([
  ['engine-a 2 8 {"host":"control-2","machine":"5e"}', { generation: 2, run: 8, host: 'control-2', machine: '5e' }],
  ['engine-a 2 7 {}', { generation: 2, run: 7 }],
  ['engine-a 2 8 {"host":', { generation: 2, run: 8 }],
  // Of a fence that is not in force.
  ['engine-a 2 6 {"host":"control-2"}', undefined],
  ['engine-b 2 8 {"host":"control-2"}', undefined],
  ['engine-a 2 8', undefined],
  ['', undefined],
])('reads from %j who raised the fence', (line, visitor) => {
  expect(visitorIn(line, FENCE)).toEqual(visitor);
});
