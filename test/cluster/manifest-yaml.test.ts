import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManifestWriter, manifestToYaml } from '../../cluster/manifest-yaml.ts';
import { generateSecret } from '../../cluster/secrets/generate-secret.ts';
import type { PropertyValue } from '../../domain/versions/property-table.ts';
import { v194 } from '../../domain/versions/v194.ts';
import { configurationWith, DOCUMENT } from '../domain/document-example.ts';
import { manifestsOf, secretsFor } from '../release/cf-release.ts';

const hasRuby = spawnSync('ruby', ['-e', '1']).status === 0;

/*
 * safe_load refuses dates and symbols. Ruby compares, and answers with what it read otherwise as a text: Node's
 * JSON.parse takes the key "\\n" for "\\" where it has just seen an object alike with the key "\\".
 */
const COMPARE = `puts JSON.generate(JSON.parse($stdin.read).filter_map do |value, text|
  read = YAML.safe_load(text)
  [text, read.inspect] unless read.eql?(value)
end)`;

/** Real Ruby reads the same values from their YAML. */
function expectSameInRuby(values: readonly PropertyValue[]): void {
  const ruby = spawnSync('ruby', ['-EUTF-8', '-rjson', '-ryaml', '-e', COMPARE], {
    input: JSON.stringify(values.map((value) => [value, manifestToYaml(value)])),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect(ruby.stderr).toBe('');
  expect(JSON.parse(ruby.stdout)).toEqual([]);
}

const words = (text: string): string[] => text.split(' ');

const TRAPS = [
  words('yes no on off Yes NO y n true null Null ~ = << - ? : *a &a | > [a] %TAG @a `a` "a" \'a\' --- ...'),
  words('12:30:45 1_000 1,000 0x1F 0b11 0o17 017 012 12e4 1.5e+3 .5 1. .inf -.INF .nan 1e999 +1 0.0 2026-01-02'),
  words('2026-01-02T03:04:05Z :symbol \u0000 \u0007 \u007f \u0085 \u00a0 \u2028 \ufeff ü 漢字 😀 \\ \\n'),
  ['', ' a', 'a ', ':"a b"', '!ruby/object:Object {}', 'a: b', 'a #b', '# c', '- a', '{a: b}', '2026-01-02 03:04:05'],
  [
    'a\n',
    'a\nb\n',
    'a\nb',
    '\na\nb\n',
    ' a\nb\n',
    'a\n b\n',
    'a \nb\n',
    'a\n\nb\n',
    'a\n \n',
    'a\nb\n\n',
    'a\r\nb\r\n',
    '\ta\nb\n',
  ],
].flat();

describe.skipIf(!hasRuby)('read by ruby (needs the command ruby)', () => {
  it('keeps every text that YAML 1.1 takes for something else', () => {
    expectSameInRuby(TRAPS.map((text) => ({ value: text, list: [text, [text]], map: { [text]: { [text]: text } } })));
  });

  it('keeps any value', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(...' \n:#-?[]{}&*!|>%@`\'",.0123456789eExXtTnN_~=<+') }),
      fc.constantFrom(...TRAPS),
      fc
        .array(fc.constantFrom(...TRAPS, '-----BEGIN KEY-----', 'MIIB+/='), { maxLength: 5 })
        .map((lines) => lines.join('\n')),
    );
    const number = fc.oneof(
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
    );
    const { tree } = fc.letrec<{ tree: PropertyValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        text,
        number,
        fc.boolean(),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(text, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(text, tree, { maxKeys: 5, noNullPrototype: true }), { minLength: 50, maxLength: 100 }),
        expectSameInRuby,
      ),
      { numRuns: 15 },
    );
  });
});

it('writes keys in PEM as literal blocks', () => {
  const pem = generateSecret('uaa_jwt_keys', { domain: 'cf.local' });
  const text = manifestToYaml({ properties: { uaa: { keys: pem } } });
  expect(text.split('\n').slice(2, 4)).toEqual(['    keys: |', '      -----BEGIN RSA PRIVATE KEY-----']);
});

it('leaves plain words plain', () => {
  expect(manifestToYaml({ name: 'cf', 'redirect-uri': 'a/b', size: 3, on: true, empty: [], none: {} })).toBe(
    'name: cf\nredirect-uri: a/b\nsize: 3\n"on": true\nempty: []\nnone: {}\n',
  );
});

it('writes manifests with common sections as each by itself', () => {
  const manifests = manifestsOf(configurationWith(DOCUMENT.components), v194, secretsFor(v194));
  const write = createManifestWriter();
  for (const { manifest } of [...manifests, ...manifests.slice(0, 2)])
    expect(write(manifest)).toBe(manifestToYaml(manifest));
});
