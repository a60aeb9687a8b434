import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalAddress } from '../../../domain/schemas/address.ts';

it('gives every spelling of an address one', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      expect(canonicalAddress(text.toUpperCase())).toBe(canonicalAddress(text));
    }),
  );
});

it('takes any text, and its own answer', () => {
  const odd = fc.string({ unit: fc.constantFrom(...':f0.1%') });
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), odd), (text) => {
      const canonical = canonicalAddress(text);
      expect(canonicalAddress(canonical)).toBe(canonical);
    }),
    { numRuns: 1000 },
  );
});

it.each([
  ['10.0.0.1', '::ffff:10.0.0.1', '::FFFF:a00:1', '0:0:0:0:0:ffff:0a00:0001'],
  ['fd00::1', 'FD00:0:0::1', 'fd00:0:0:0:0:0:0:1'],
])('knows %s in other spellings', (canonical, ...spellings) => {
  expect(spellings.map(canonicalAddress)).toEqual(spellings.map(() => canonical));
});

it.each(['10.1', '0x7f.1', '010.0.0.1', 'node1', 'fe80::1%eth0', ''])('leaves %j alone', (text) => {
  expect(canonicalAddress(text)).toBe(text);
});
