import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { readSerial } from '../../activation/serial.ts';
import { serialWith, VENDOR } from '../support/serials.ts';

const read = (text: string) => readSerial(text, VENDOR.publicKey);
const refusal = (message: string) =>
  expect.objectContaining({
    code: 'InvalidRequest',
    problems: [{ pointer: '/serial', message: expect.stringContaining(message) }],
  });

const id = '0123456789abcdef';

it('says what a serial grants', () => {
  expect(read(serialWith({ id }))).toEqual({ id, deployments: 100_000 });
  const terms = {
    id,
    deployments: 7,
    licensee: 'Beispiel 公司',
    release: 'cf',
    issued: '2026-01-02',
    expires: '2026-12-31',
  };
  expect(read(serialWith(terms))).toEqual({
    id,
    deployments: 7,
    licensee: 'Beispiel 公司',
    release: 'cf',
    issuedAt: Date.UTC(2026, 0, 2),
    expiresAt: Date.UTC(2027, 0, 1),
  });
});

it('is good for 50 deployments unless it says otherwise', () => {
  expect(read(serialWith({ deployments: undefined })).deployments).toBe(50);
});

it('is one printable word, and forgives the line ends of a mail', () => {
  const serial = serialWith({ id });
  expect(serial).toMatch(/^DE1-[\w-]{100,400}$/);
  expect(read(`  ${serial.replace(/.{60}/g, '$&\r\n > '.replace('>', ' '))}\n`).id).toBe(id);
});

it('takes no signed serial that says more than it understands', () => {
  expect(() => serialWith({ nodes: 3 } as object)).toThrow('nodes');
  // As a later version would write it.
  const payload = Buffer.from(JSON.stringify({ id, deployments: 5, nodes: 3 }));
  const signed = Buffer.concat([
    payload,
    sign(null, Buffer.concat([Buffer.from('deployment engine serial 1\n'), payload]), VENDOR.privateKey),
  ]);
  const checksum = createHash('sha256').update(signed).digest().subarray(0, 4);
  const serial = `DE1-${Buffer.concat([signed, checksum]).toString('base64url')}`;
  expect(() => read(serial)).toThrow(refusal('update the engine'));
});

it('notices every single character that is changed or missing', () => {
  const serial = serialWith({ id });
  for (let at = 4; at < serial.length; at += 1) {
    const other = serial[at] === 'A' ? 'B' : 'A';
    expect(() => read(serial.slice(0, at) + other + serial.slice(at + 1))).toThrow(refusal('is damaged'));
    expect(() => read(serial.slice(0, at) + serial.slice(at + 1))).toThrow(refusal('is damaged'));
  }
});

it.each([
  ['nothing', ' \n', 'is empty'],
  ['another text', 'AAAA-BBBB-CCCC', 'is no serial'],
  ['the beginning alone', 'DE1-', 'is damaged'],
  ['too much', `DE1-${'A'.repeat(2_000)}`, 'is no serial'],
  ['what another vendor has signed', serialWith({ id }, generateKeyPairSync('ed25519')), 'is not signed by'],
])('refuses %s', (_, text, message) => {
  expect(() => read(text)).toThrow(refusal(message));
});

it('refuses to write what nobody could read', () => {
  expect(() => serialWith({ id: 'x' })).toThrow('id');
  expect(() => serialWith({ expires: 'tomorrow' })).toThrow('expires');
});
