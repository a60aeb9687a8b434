import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote } from '../../../domain/command.ts';
import { CUT_MARK } from '../../../store/log/cut-line.ts';
import { NOTHING_PENDING, splitMessage, splitOutput } from '../../../store/log/output-lines.ts';
import { createMasker, type Masker } from '../../../store/secrets/masking.ts';

const NO_SECRETS = createMasker([]);

interface Options {
  readonly masker?: Masker;
  readonly limit?: number;
}

/** Feeds the bytes split at the given places and returns all lines. */
function split(bytes: Uint8Array, places: readonly number[], { masker = NO_SECRETS, limit }: Options = {}): string[] {
  const ends = [...places, bytes.length].sort((one, other) => one - other);
  const lines: string[] = [];
  let pending = NOTHING_PENDING;
  let start = 0;
  for (const [index, end] of ends.entries()) {
    const last = index === ends.length - 1;
    const options = { masker, last, ...(limit === undefined ? {} : { limit }) };
    const taken = splitOutput(pending, bytes.subarray(start, end), options);
    lines.push(...taken.lines);
    pending = taken.pending;
    start = end;
  }
  return lines;
}

const whole = (text: string, options?: Options): string[] => split(Buffer.from(text), [], options);

describe('lines of output', () => {
  it.each([
    ['lines with and without return', 'one\r\ntwo\n\nfour\n', ['one', 'two', '', 'four']],
    ['an incomplete last line', 'one\ntwo', ['one', 'two']],
    ['a progress bar', ' 1%\r 50%\r100%\ndone\n', ['100%', 'done']],
    ['a progress bar that ends with a return', ' 1%\r100%\r', ['100%']],
    ['returns before the line end', 'text\r\r\n', ['text']],
    ['control characters', 'a\u0000b\u001bc\u0085d\te\n', ['abcd\te']],
    ['a byte order mark', '\ufeffone\n', ['\ufeffone']],
    ['nothing', '', []],
  ])('splits %s', (_what, text, lines) => {
    expect(whole(text)).toEqual(lines);
  });

  it('shows bytes that are not UTF-8 as replacement characters', () => {
    expect(split(Buffer.from([0x61, 0xff, 0xc3, 0x0a, 0xe2, 0x82]), [])).toEqual(['a\ufffd\ufffd', '\ufffd']);
  });

  it('cuts a long line between characters and says so', () => {
    const [first, second, ...others] = whole(`${'ü'.repeat(5_000)}\n`);
    expect(Buffer.byteLength(first ?? '')).toBe(8_192);
    expect(first?.endsWith(`ü${CUT_MARK}`)).toBe(true);
    expect(first?.replace(CUT_MARK, '')).toBe('ü'.repeat(4_093));
    expect(second).toBe('ü'.repeat(907));
    expect(others).toEqual([]);
  });

  it('does not let an endless line grow', () => {
    let { pending } = splitOutput(NOTHING_PENDING, new Uint8Array(), { masker: NO_SECRETS });
    for (let count = 0; count < 100; count += 1) {
      ({ pending } = splitOutput(pending, Buffer.from('x'.repeat(5_000)), { masker: NO_SECRETS }));
      expect(pending.text.length).toBeLessThan(8_192);
    }
  });

  it('does not let an endless progress bar grow', () => {
    const { lines, pending } = splitOutput(NOTHING_PENDING, Buffer.from('50%\r'.repeat(9_000)), { masker: NO_SECRETS });
    expect(lines).toEqual([]);
    expect(pending.text).toBe('50%\r');
  });

  it('never cuts through a secret', () => {
    const masker = createMasker(['canary-secret']);
    for (let before = 8_170; before < 8_195; before += 1) {
      const lines = whole(`${'x'.repeat(before)}canary-secret${'y'.repeat(50)}\n`, { masker });
      expect(lines.join('').replaceAll(CUT_MARK, '')).toBe(`${'x'.repeat(before)}********${'y'.repeat(50)}`);
    }
  });

  it.each([
    'failed\ndeploy 1 OK',
    'failed\r\ndeploy 1 OK',
    'failed\u2028deploy 1 OK',
    'failed\n\n  deploy 1 OK\n',
    `${'x'.repeat(8_183)}\ndeploy 1 OK`,
    `${'x'.repeat(8_179)} deploy 1 OK`,
    ...Array.from({ length: 30 }, (_, less) => `${'x'.repeat(8_192 - less)}deploy 1 OK`),
  ])('lets no message pass for another one (%#)', (message) => {
    const [first = '', ...further] = splitMessage(message, NO_SECRETS);
    expect(first).toMatch(/^(failed \||x+)/);
    for (const piece of further) expect(piece).toMatch(/^\.\.\. /);
    expect([first, ...further].filter((piece) => Buffer.byteLength(piece) > 8_192)).toEqual([]);
  });

  it('makes one line of a message, its secrets masked in each line of it', () => {
    expect(splitMessage('one\ntwo', NO_SECRETS)).toEqual(['one | two']);
    expect(splitMessage('', NO_SECRETS)).toEqual(['']);
    expect(splitMessage('a\ncanary-secret\nb', createMasker(['canary-secret']))).toEqual(['a | ******** | b']);
  });

  it('splits the same at every single place', () => {
    const masker = createMasker(['gehüm 𝄞!', "it's so"]);
    const bytes = Buffer.from(
      "a gehüm 𝄞! b\r\n10%\r20%\r\u001bit's so\nit'\\''s so 𝄞𝄞𝄞\r\rx\nlong line that is cut gehüm 𝄞!𝄞𝄞\n",
    );
    const expected = split(bytes, [], { masker, limit: 24 });
    for (let place = 0; place <= bytes.length; place += 1) {
      expect(split(bytes, [place], { masker, limit: 24 })).toEqual(expected);
    }
    const everywhere = Array.from({ length: bytes.length }, (_, index) => index);
    expect(split(bytes, everywhere, { masker, limit: 24 })).toEqual(expected);
  });

  it('splits any bytes the same wherever the chunks are split', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\n',
        '\r',
        '\r\n',
        'canary-1',
        'can',
        'ary',
        '-1',
        '1-arycan',
        'secret two',
        'nary',
        '\u001b[0m',
        'ü',
        '𝄞',
        '\u0085',
        '\ufeff',
      ),
      fc.string({ maxLength: 20 }),
      fc.uint8Array({ maxLength: 4 }),
    );
    const pieces = fc
      .array(piece, { maxLength: 30 })
      .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));
    const places = fc.array(fc.nat({ max: 1_000 }), { maxLength: 20 });
    const masker = createMasker(['canary-1', 'secret two', '1-arycan']);
    fc.assert(
      fc.property(pieces, places, fc.integer({ min: 16, max: 60 }), (bytes, anywhere, limit) => {
        const inside = anywhere.map((place) => Math.min(place, bytes.length));
        expect(split(bytes, inside, { masker, limit })).toEqual(split(bytes, [], { masker, limit }));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['plain', (text: string) => text],
    ['base64', (text: string) => Buffer.from(text).toString('base64')],
    ['URL', encodeURIComponent],
    ['quoted for a shell', quote],
    ['JSON', (text: string) => JSON.stringify(text)],
  ])('never shows a secret written %s, wherever its chunks are split', (_, write) => {
    const secret = 'canary & "5d1f" it\'s/ü';
    const bytes = Buffer.from(`value=${write(secret)}\nnext\n`);
    for (let place = 0; place <= bytes.length; place += 1) {
      const [line, next] = split(bytes, [place], { masker: createMasker([secret]) });
      expect([line, next]).toEqual([expect.stringMatching(/^value=["']?\*{8}["']?$/), 'next']);
    }
  });

  it('never shows a secret, wherever chunks are split and lines are cut', () => {
    const secret = fc
      .string({ minLength: 6, maxLength: 30, unit: fc.constantFrom(...'ab-$\'" /+ü𝄞\\') })
      .map((text) => `<${text}>`);
    const around = fc.string({ maxLength: 40, unit: fc.constantFrom(...'ab-x\r\n ') });
    const places = fc.array(fc.nat({ max: 300 }), { maxLength: 10 });
    fc.assert(
      fc.property(
        secret,
        fc.array(around, { minLength: 2, maxLength: 6 }),
        places,
        fc.integer({ min: 16, max: 60 }),
        (value, texts, anywhere, limit) => {
          const bytes = Buffer.from(texts.join(value));
          const inside = anywhere.map((place) => Math.min(place, bytes.length));
          const lines = split(bytes, inside, { masker: createMasker([value]), limit });
          expect(lines.join('').replaceAll(CUT_MARK, '')).not.toContain('<');
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
