import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMPONENTS } from '../../domain/components.ts';
import { InputError } from '../../domain/errors.ts';
import { parseConfiguration } from '../../domain/schemas/configuration.ts';
import { inEnglish } from '../../domain/text/text.ts';

const PAGE = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const OWN = { ownAddresses: ['10.10.101.180'] };

interface Example {
  readonly components: Record<string, unknown>;
  readonly properties: Record<string, unknown>;
}

const [whole, part] = [...PAGE.matchAll(/```jsonc\n([^]*?)```/g)].map(([, text = '']): unknown =>
  JSON.parse(text.replace(/^\s*\/\/.*$/gm, '').replace(/,(?=\s*[}\]])/g, '')),
);
const example = whole as Example;
const { external } = part as { readonly external: unknown };

/** What is said of the example with another value in it. */
function said(properties: Record<string, unknown>): string[] {
  try {
    parseConfiguration({ ...example, properties: { ...example.properties, ...properties } }, OWN);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ message }) => inEnglish(message));
  }
}

it('shows an example that is accepted as it stands, with every component', () => {
  expect(parseConfiguration(example, OWN).warnings).toEqual([]);
  expect(Object.keys(example.components).toSorted()).toEqual([...COMPONENTS].toSorted());
});

it('shows a component alone that is accepted as it stands', () => {
  const dea = { ...example, components: { dea: ['10.10.101.185'] }, external };
  expect(parseConfiguration(dea, OWN).warnings).toEqual([]);
});

it.each<[string, readonly unknown[]]>([
  ['domain', ['a_b', `${'a.'.repeat(130)}b`]],
  ['home', ['10.10.101.2']],
  ['disksize', [0, 1_000_000, 'much']],
  ['checkdisk', [2]],
  ['adduser', ['yes']],
  ['user', ['a b', 'root']],
  ['password', ['abc', 'x'.repeat(1001)]],
  ['root', ['abc', 'x'.repeat(1001)]],
])('tells the rules of %s in the words of the refusal', (key, values) => {
  const [, rules = ''] = new RegExp(`^\\| \`${key}\` .*\\|([^|]*)\\|$`, 'm').exec(PAGE) ?? [];
  const words = values.map((value) => said({ [key]: value })[0]?.split(':')[0] ?? 'nothing');
  expect(rules.trim().split('; ')).toEqual(words);
});

it('has a row for each property', () => {
  const rows = [...PAGE.matchAll(/^\| `(\w+)` /gm)].map(([, key]) => key);
  expect(rows).toEqual(Object.keys(example.properties));
});
