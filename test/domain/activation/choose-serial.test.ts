import { describe, expect, it } from 'vitest';
import { chooseSerial, refuseWithoutSerial } from '../../../domain/activation/choose-serial.ts';
import type { ActivatedSerial } from '../../../domain/activation/serial.ts';

const serial = (id: string, given: Partial<ActivatedSerial> = {}): ActivatedSerial => ({
  id: id.repeat(4),
  deployments: 50,
  activatedAt: 1,
  used: 0,
  ...given,
});

const choose = (...serials: readonly ActivatedSerial[]): string => chooseSerial(serials, 'cf', 1_000).id;

describe('chooseSerial', () => {
  it('takes the one activated last that has something left', () => {
    const old = serial('a', { used: 49 });
    expect(choose(old, serial('b', { activatedAt: 2 }))).toBe('bbbb');
    expect(choose(serial('b', { activatedAt: 2, used: 50 }), old)).toBe('aaaa');
  });

  it('passes over what is over, or good for another release', () => {
    const over = serial('b', { activatedAt: 3, expiresAt: 1_000 });
    expect(choose(serial('a'), over, serial('c', { activatedAt: 2, release: 'cf-lite' }))).toBe('aaaa');
    expect(choose(serial('a', { expiresAt: 1_001, release: 'cf' }))).toBe('aaaa');
  });

  it('refuses where none was activated, and says what to do and where the serial of the sample is', () => {
    const refusal = {
      code: 'NotActivated',
      message: expect.stringMatching(/activate - < FILE.*activation.*sample\/serial/),
    };
    expect(() => choose()).toThrow(expect.objectContaining(refusal));
    expect(() => refuseWithoutSerial([])).toThrow(expect.objectContaining(refusal));
    refuseWithoutSerial([serial('a', { used: 50 })]);
  });

  it.each([
    ['is over', { expiresAt: Date.UTC(2027, 0, 1) }, 'serial …aaaa was good until 2026-12-31 23:59 UTC'],
    [
      'is for another one',
      { release: 'cf-lite' },
      'serial …aaaa is good for the release cf-lite alone, and this is cf',
    ],
  ])('says of each why it is not good: %s', (_, given, why) => {
    expect(() => chooseSerial([serial('a', given)], 'cf', Date.UTC(2027, 0, 1))).toThrow(
      expect.objectContaining({ code: 'NotActivated', message: expect.stringContaining(why) }),
    );
  });

  it('names five and counts the rest', () => {
    const foreign = [...'abcdefg'].map((id) => serial(id, { release: 'cf-lite' }));
    expect(() => choose(...foreign)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/(serial …[a-e]{4} .*?; ){4}serial …eeee .* and 2 more\. Run/),
      }),
    );
  });

  it('says of used ones how many deployments they had, and shows no serial', () => {
    const id = '0123456789abcdef';
    expect(() => choose({ ...serial('a'), id, used: 50 })).toThrow(
      expect.objectContaining({
        code: 'DeploymentLimitReached',
        message: expect.stringMatching(/^The 50 deployments of serial …cdef are used up/),
        details: { serial: '…cdef', used: 50, deployments: 50 },
      }),
    );
  });
});
