import { expect, it } from 'vitest';
import { isKernelBefore } from '../../../domain/node/kernel-version.ts';

it.each([
  ['2.6.32-60-server', true],
  ['4.11.12', true],
  ['4.12.0', false],
  ['4.4.0-21-generic', true],
  ['5.1.0', false],
  ['6.1.0-28-amd64', false],
])('tells of %s whether it is before 4.12', (kernel, isBefore) => {
  expect(isKernelBefore(kernel, 4, 12)).toBe(isBefore);
});
