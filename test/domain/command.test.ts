import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Command, quote, raw, sh, shown } from '../../domain/command.ts';
import { Secret } from '../../domain/secret.ts';

const dash = (text: string): string => execFileSync('dash', ['-c', text], { encoding: 'utf8' });

/** The words that texts print, each ended by NUL, all in one shell. */
const words = (texts: readonly string[]): string[] => dash(texts.join('\n')).split('\0').slice(0, -1);

// A shell word holds anything but NUL; most trouble is in these.
const hostile = fc.string({ unit: fc.constantFrom(...`ab '"$\`\\\n\t*?~#;&|<>(){}[]!=-%,é`), maxLength: 20 });
const anything = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed());
const values = fc.array(fc.oneof(hostile, anything), { minLength: 1, maxLength: 60 });

describe('quote', () => {
  it.each([
    ['plain words stay as they are', 'a-b_c@d%e+f=g:h,i.j/k', 'a-b_c@d%e+f=g:h,i.j/k'],
    ['an empty value is a word', '', `''`],
    ['a single quote', `it's`, `'it'\\''s'`],
    ['a number', 42, '42'],
    ['a variable', '$HOME', `'$HOME'`],
  ])('%s', (_case, value, quoted) => {
    expect(quote(value)).toBe(quoted);
  });

  it('makes one word of any value, which the shell reads back unchanged', () => {
    fc.assert(
      fc.property(values, (all) => {
        expect(words(all.map((value) => `printf '%s\\0' ${quote(value)}`))).toEqual(all);
      }),
      { numRuns: 25 },
    );
  });
});

describe('sh', () => {
  it('carries any value through an indented text, spliced and evaluated', () => {
    const printing = (value: string): Command => sh`
      if true; then
        printf '%s\0' ${value}
      fi`;
    const spliced = (value: string): Command => sh`
        ${printing(value)}
        printf '%s\0' ${value}`;
    fc.assert(
      fc.property(values, (all) => {
        expect(words(all.map((value) => spliced(value).text))).toEqual(all.flatMap((value) => [value, value]));
        expect(words(all.map((value) => sh`eval ${printing(value).text}`.text))).toEqual(all);
      }),
      { numRuns: 25 },
    );
  });

  it('makes a word of each member of a list, and none of an empty one', () => {
    expect(dash(sh`for word in ${['a b', `it's`, 3]}; do echo "<$word>"; done`.text)).toBe(`<a b>\n<it's>\n<3>\n`);
    expect(dash(sh`for word in ${[]}; do echo "<$word>"; done; echo end`.text)).toBe('end\n');
  });

  it('inserts code as it is only where it is marked', () => {
    expect(sh`echo ${raw('$HOME')} ${'$HOME'}`.text).toBe(`echo $HOME '$HOME'`);
  });

  it('puts a variable where a secret stands', () => {
    const password = new Secret('password', 'canary');
    const { text, secrets } = sh`printf '%s' ${password} | chpasswd`;
    expect(text).toBe(`printf '%s' "$SECRET_password" | chpasswd`);
    expect(secrets).toEqual({ SECRET_password: password });
  });

  it('takes the secrets of spliced commands over', () => {
    const inner = sh`echo ${new Secret('one', 'canary')}`;
    const { text, secrets } = sh`${inner}; echo ${new Secret('two', 'canary')}`;
    expect(text).toBe('echo "$SECRET_one"; echo "$SECRET_two"');
    expect(Object.keys(secrets)).toEqual(['SECRET_one', 'SECRET_two']);
  });

  it('removes the indentation of the code around it and nothing else', () => {
    const inner = sh`
        if true
          then :
        fi`;
    expect(inner.text).toBe('if true\n  then :\nfi');
    expect(
      sh`
      a

        b ${'x\n        y'}
      ${inner}
    `.text,
    ).toBe(`a\n\n  b 'x\n        y'\nif true\n  then :\nfi`);
  });

  it("leaves the shell's own signs alone", () => {
    expect(sh`printf 'a\n' "$(echo \`x\`)" "\${HOME}" $?`.text).toBe(`printf 'a\\n' "$(echo \`x\`)" "\${HOME}" $?`);
  });
});

it('shows which secrets a command holds, and none of them', () => {
  expect(shown(sh`echo ${new Secret('token', 'canary')}`)).toBe('echo "$SECRET_token"  # SECRET_token=********');
  expect(shown(sh`echo ${1}`)).toBe('echo 1');
});
