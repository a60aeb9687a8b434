import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSerial } from '../../activation/serial.ts';
import { publicKeyText, vendorKey } from '../../activation/vendor-key.ts';
import { VENDOR as PRODUCT } from '../../activation/vendor.ts';
import { VENDOR } from '../support/serials.ts';

const OTHER = publicKeyText(VENDOR.publicKey);

it('takes another key in a checkout, and never in a package', () => {
  const keyOf = (isPackaged: boolean) => publicKeyText(vendorKey({ activationKey: OTHER }, () => isPackaged));
  expect(keyOf(false)).toBe(OTHER);
  expect(keyOf(true)).toBe(PRODUCT);
});

it.each(['nonsense', 'AAAA', ''])('refuses %j for a key', (activationKey) => {
  expect(() => vendorKey({ activationKey }, () => false)).toThrow(
    expect.objectContaining({ code: 'InvalidSettings', message: expect.stringContaining('ACTIVATION_KEY') }),
  );
});

it("has a serial beside the sample, of this product's vendor and good for the sample alone", () => {
  const text = readFileSync(join(import.meta.dirname, '../../sample/serial'), 'utf8');
  const grant = readSerial(text, vendorKey({ activationKey: undefined }));
  expect(grant).toMatchObject({ deployments: 1000, release: 'cf-lite', licensee: 'demo' });
  expect(grant.expiresAt).toBeUndefined();
});
