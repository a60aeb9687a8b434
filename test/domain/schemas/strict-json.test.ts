import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InputError } from '../../../domain/errors.ts';
import { parseJson, readJson } from '../../../domain/schemas/strict-json.ts';
import { inEnglish } from '../../../domain/text/text.ts';

const problemsOf = (text: string) => {
  try {
    parseJson(text, 'InvalidConfiguration');
  } catch (error) {
    return (error as InputError).problems.map(({ pointer, message }) => `${pointer}: ${inEnglish(message)}`);
  }
  return [];
};

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

it('reads what JSON.stringify writes', () => {
  const value = fc.jsonValue({ maxDepth: 10 }).filter((json) => !JSON.stringify(json).includes('"__proto__"'));
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 1, '\t'), (json, space) => {
      expect(parseJson(JSON.stringify(json, null, space))).toEqual(JSON.parse(JSON.stringify(json)));
    }),
  );
});

it('accepts a text exactly when JSON.parse does, apart from its own rules', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b\\n"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'nul',
      ' ',
      '\n',
      '"',
      '\u0001',
    ),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      const accepted = (read: (text: string) => unknown): boolean => {
        try {
          read(text);
          return true;
        } catch {
          return false;
        }
      };
      fc.pre(!problemsOf(text).some((problem) => /twice|too large/.test(problem)));
      expect(accepted(parseJson)).toBe(accepted(JSON.parse));
    }),
    { numRuns: 2000 },
  );
});

it('names every key that is there twice, and __proto__', () => {
  expect(problemsOf('{"a": 1, "b": {"c/d": 1, "c/d": [2]}, "\\u0061": 3, "e": [{"__proto__": {}}]}')).toEqual([
    '/b/c~1d: the key appears twice',
    '/a: the key appears twice',
    '/e/0/__proto__: this key is not allowed',
  ]);
});

it('allows 32 levels and no more', () => {
  expect(problemsOf(nested(32))).toEqual([]);
  expect(problemsOf(nested(33))[0]).toMatch(/^(\/0){32}: nested deeper than 32 levels/);
  expect(problemsOf(nested(500_000))[0]).toMatch(/nested deeper/);
});

it.each([
  ['', ': the body is empty; it must be JSON'],
  [' \n', ': the body is empty; it must be JSON'],
  ['{"a":\n  }', '/a: expected a value (line 2, column 3)'],
  ['[1 2]', ': expected a comma or ] (line 1, column 4)'],
  ['{"a" 1}', ': expected a colon after the key (line 1, column 6)'],
  ['{"a":1,}', ': expected a text in double quotes (line 1, column 8)'],
  ['[01]', '/0: a number must not begin with 0; if it is a text, put it in quotes (line 1, column 3)'],
  ['{"root":0123}', '/root: a number must not begin with 0; if it is a text, put it in quotes (line 1, column 10)'],
  ['["\u0007"]', '/0: expected a text in double quotes (line 1, column 2)'],
  ['1 2', ': unexpected text after the document (line 1, column 3)'],
  ['[1e999]', '/0: the number is too large'],
])('says where %j goes wrong', (text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

it('tells which numbers do not read back as they were written', () => {
  const text = '{"a":[1,1.0,15.50,-0,0.5],"b/c":1e3,"d":12345678901234567890,"e":9007199254740993,"f":-12,"g":1E+21}';
  const { value, respelled } = readJson(text);
  expect(value).toEqual(JSON.parse(text));
  expect([...respelled]).toEqual(['/a/1', '/a/2', '/a/3', '/b~1c', '/d', '/e', '/g']);
});

it('throws the error of its caller', () => {
  expect(() => parseJson('')).toThrow(expect.objectContaining({ code: 'InvalidRequest' }));
  expect(() => parseJson('', 'InvalidConfiguration')).toThrow(
    expect.objectContaining({ code: 'InvalidConfiguration' }),
  );
});
