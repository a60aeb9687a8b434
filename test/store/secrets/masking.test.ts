import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote } from '../../../domain/command.ts';
import { createMasker } from '../../../store/secrets/masking.ts';

const SECRET = `p$s"w o'rd/+ü&<\\`;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

describe('masking', () => {
  it.each([
    ['plain', SECRET],
    ['quoted for a shell', quote(SECRET)],
    ['in double quotes', `"p\\$s\\"w o'rd/+ü&<\\\\"`],
    [
      'as printf %q writes it',
      execFileSync('bash', ['-c', `printf %q "$1"`, 'bash', 'p$s"w o'], { encoding: 'utf8' }),
      'p$s"w o',
    ],
    [
      'as the shell traces it',
      execFileSync('bash', ['-c', `exec 2>&1; set -x; : "$1"`, 'bash', `it's it`], { encoding: 'utf8' })
        .replace('+ : ', '')
        .trim(),
      `it's it`,
    ],
    ['base64', base64(SECRET)],
    ['base64 without padding', base64(SECRET).replace(/=+$/, '')],
    ['base64url', base64url(SECRET)],
    ['URL', encodeURIComponent(SECRET)],
    ['URL in lower case', encodeURIComponent(SECRET).toLowerCase()],
    ['form', new URLSearchParams({ p: SECRET }).toString().slice(2)],
    ['JSON', JSON.stringify(SECRET)],
    ['JSON with Unicode escapes', JSON.stringify(SECRET).replaceAll('ü', '\\u00fc')],
    ['JSON safe for HTML', JSON.stringify(SECRET).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c')],
    ['in markup', SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
    ['in an attribute', 'p$s&quot;w o&#39;rd/+ü&amp;&lt;\\'],
    ['in an attribute, in hexadecimal', 'p$s&quot;w o&#x27;rd/+ü&amp;&lt;\\'],
    ['in SQL', SECRET.replaceAll("'", "''")],
    ['in CSV', SECRET.replaceAll('"', '""')],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['in hexadecimal capitals', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['as bytes in hexadecimal', SECRET.replaceAll('ü', '\\xC3\\xBC')],
    ['as bytes in small hexadecimal', SECRET.replaceAll('ü', '\\xc3\\xbc')],
    ['as bytes in octal', SECRET.replaceAll('ü', '\\303\\274')],
    ['in hexadecimal of either case', Buffer.from(SECRET).toString('hex').replaceAll('c', 'C')],
    ['URL in either case', encodeURIComponent(SECRET).replace('%C3', '%c3')],
    ['with colours', `p\u001b[1;31m$s"\u001b[0mw o'rd/+ü&<\\`],
    ['with colours whose controls were stripped', `p[1;31m$s"[0mw o'rd/+ü&<\\`],
    ['base64, wrapped', base64(SECRET).replace(/^.{9}/, '$&\n')],
    ['with its letters in parts', SECRET.normalize('NFD')],
  ])('hides a secret written %s', (_form, written, secret = SECRET) => {
    const masked = createMasker([secret]).mask(`before ${written} after`);
    expect(masked).toMatch(/^before (["']?)\*{8}\1 after$/);
  });

  it.each(['user', 'admin', 'me', 'longer-name'])('hides a secret inside the base64 of %s:secret', (user) => {
    const masker = createMasker(['correct horse']);
    const header = base64(`${user}:correct horse`);
    const masked = masker.mask(`Authorization: Basic ${header}`);
    expect(masked).toContain('********');
    const left = masked.replace('Authorization: Basic ', '').split('********')[0] ?? '';
    expect(Buffer.from(left, 'base64').toString()).not.toContain('co');
  });

  it('hides each long line of a key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const masker = createMasker([pem]);
    const shown = pem
      .trim()
      .split('\n')
      .map((line) => masker.mask(`    ${line}`));
    expect(shown.filter((line) => line !== '    ********')).toEqual([]);
    expect(masker.mask(JSON.stringify({ key: pem }))).toBe('{"key":"********"}');
    expect(masker.mask(base64(pem))).toBe('********');
  });

  it('leaves values of less than 4 characters and short lines of long ones alone', () => {
    const masker = createMasker(['abc', 'first long line\nshort\n']);
    expect(masker.mask('abc short first long line')).toBe('abc short ********');
  });

  it('hides all of two secrets that overlap', () => {
    expect(createMasker(['12345678a', '678abcdef']).mask('-12345678abcdef-')).toBe('-********-');
    expect(createMasker(['a234567b', 'a234567b89']).mask('a234567b89g')).toBe('********g');
    expect(createMasker(['a234567b']).mask('a234567ba234567b')).toBe('****************');
  });

  it('changes nothing that is not a secret', () => {
    expect(createMasker([]).mask('plain text')).toBe('plain text');
    expect(createMasker(['a234567b']).mask('a234567')).toBe('a234567');
  });

  it('finds exactly what a search for every form would find', () => {
    const word = fc.string({ minLength: 8, maxLength: 10, unit: fc.constantFrom('a', '-') }).map((text) => `-${text}`);
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 4 }),
        fc.string({ maxLength: 60, unit: fc.constantFrom('a', '-', 'c') }),
        (words, text) => {
          const covered = new Set<number>();
          for (const one of words)
            for (let at = text.indexOf(one); at >= 0; at = text.indexOf(one, at + 1))
              for (let offset = 0; offset < one.length; offset += 1) covered.add(at + offset);
          const found = createMasker(words).spans(text);
          const inSpans = found.flatMap(({ start, end }) =>
            Array.from({ length: end - start }, (_, index) => start + index),
          );
          expect(inSpans).toEqual([...covered].sort((one, other) => one - other));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  describe('of a weak secret', () => {
    it.each([
      ['sudo: 3 incorrect password attempts; check its password', 'password'],
      ['password: has expired. Enter a new password:', 'password'],
      ['Permission denied (publickey,password).', 'password'],
      ['the password of vcap differs: no account vcap', 'vcap'],
      ['/var/vcap/bosh/bin/monit as vcap (uid 5100)', 'vcap'],
      ['chown root:root /root/.ssh as root', 'root'],
      ['listening on port 4222 of 10.10.101.181', '4222'],
      ['took 123456 ms', '123456'],
      ['loggregator starts after database', 'loggregator'],
    ])('leaves %j alone where the secret is %s', (text, secret) => {
      expect(createMasker([secret]).mask(text)).toBe(text);
    });

    it.each([
      ['PASSWORD=vcap', 'PASSWORD=********'],
      ['export A=vcap B=1', 'export A=******** B=1'],
      ['password: vcap', 'password: ********'],
      ['密码：vcap；已过期', '密码：********；已过期'],
      ['{"password":"vcap","user":"x"}', '{"password":"********","user":"x"}'],
      ["mysql --password 'vcap'", "mysql --password '********'"],
      ['psql --password vcap -h db', 'psql --password ******** -h db'],
      ['nats://ops:vcap@10.0.0.1', 'nats://ops:********@10.0.0.1'],
      ['  vcap  ', '  ********  '],
    ])('hides it in %j, where it is a value of its own', (text, masked) => {
      expect(createMasker(['vcap']).mask(text)).toBe(masked);
    });

    it.each([base64('ops:password'), base64('password'), 'cGFzc3dvcmQ='])('hides it in base64: %s', (text) => {
      expect(createMasker(['password']).mask(`auth ${text} end`)).toMatch(/^auth .*\*{8}.* end$/);
    });
  });

  it('hides a secret of letters alone as a whole word', () => {
    const { mask } = createMasker(['sunshine']);
    expect(mask('login with sunshine, -psunshine or x:sunshine')).toBe('login with ********, -p******** or x:********');
    expect(mask('sunshines; unsunshine')).toBe('sunshines; unsunshine');
    expect(mask('密码sunshine不同')).toBe('密码********不同');
  });

  it("keeps the engine's own words, whatever the secrets are", () => {
    const { maskOwn } = createMasker(['password', 'retrying', 'vcap', 'sudo', 'canary-4711']);
    const text = 'vcap may not become root with sudo; check its "password"; retrying';
    expect(maskOwn(text)).toBe(text);
    expect(maskOwn('never canary-4711')).toBe('never ********');
  });

  it('survives any value as a secret', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: 'binary' }), (value) => {
        expect(createMasker([value]).mask('some text')).toBeTypeOf('string');
      }),
    );
  });
});
