import { expect, it } from 'vitest';
import { counted } from '../../domain/counted.ts';

it('has one of a thing and several things', () => {
  expect([0, 1, 2].map((number) => counted(number, 'node'))).toEqual(['0 nodes', '1 node', '2 nodes']);
});
