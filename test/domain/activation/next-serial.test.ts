import { expect, it } from 'vitest';
import { nextSerial } from '../../../domain/activation/next-serial.ts';

const serial = { id: 'aaaa', deployments: 50, used: 0, activatedAt: 1, release: 'cf-lite' };

it('names the serial of the next deploy, also while the release is not known', () => {
  expect(nextSerial([serial], 'cf-lite', 2)).toEqual({ serial });
  expect(nextSerial([serial], undefined, 2)).toEqual({ serial });
});

it('says why the next deploy would be refused, and names the newest one all the same', () => {
  expect(nextSerial([serial], 'cf', 2)).toEqual({ serial, reason: expect.stringContaining('this is cf') });
  expect(nextSerial([], undefined, 2)).toEqual({ serial: undefined, reason: expect.stringContaining('not activated') });
});
