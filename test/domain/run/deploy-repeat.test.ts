import { expect, it } from 'vitest';
import { repeatOf } from '../../../domain/run/deploy-repeat.ts';

const PARKED = [{ target: '10.0.0.1' }, { target: 'nats/0' }];
const parked = ['10.0.0.1', 'nats/0'];

it.each([
  ['works where nothing is parked', [], 0, { state: 'working', parked: [] }],
  ['has what is parked try again when that is due', PARKED, 0, { state: 'retrying', parked }],
  ['says when it will', PARKED, 1_500, { state: 'parked', parked, retryInMs: 1_500 }],
  ['says that it never will', PARKED, undefined, { state: 'parked', parked }],
] as const)('%s', (_claim, targets, dueInMs, repeat) => {
  expect(repeatOf(targets, dueInMs)).toEqual(repeat);
});
