import { expect, it } from 'vitest';
import { claimantIn } from '../../../activities/checks/claimant.ts';

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
