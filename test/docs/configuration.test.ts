import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMPONENT_TRAITS, COMPONENTS } from '../../domain/components.ts';
import { InputError } from '../../domain/errors.ts';
import { configurationDocument } from '../../domain/schemas/configuration-document.ts';
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
const { external } = part as { readonly external: object };

const { shape } = configurationDocument;
const SECTIONS = {
  components: COMPONENTS,
  properties: Object.keys(shape.properties.shape),
  external: Object.keys(shape.external.unwrap().shape),
};

/** The cells of a section's table, one row each. */
function rowsOf(section: string): string[][] {
  const [, table = ''] = new RegExp(`^\\| In \`${section}\` [^]*?\\n\\| -.*\\n((?:\\|.*\\n)+)`, 'm').exec(PAGE) ?? [];
  return [...table.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()));
}

/** What is said of the example with another value in it. */
function said(section: string, changed: Record<string, unknown>): string {
  try {
    const sections: Record<string, object> = { ...example, external };
    parseConfiguration(
      {
        ...example,
        ...(section === 'external' ? without('nats') : {}),
        [section]: { ...sections[section], ...changed },
      },
      OWN,
    );
    return 'nothing';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return inEnglish(error.problems[0]?.message ?? 'nothing').split(':')[0] ?? '';
  }
}

const without = (component: string): Pick<Example, 'components'> => ({
  components: { ...example.components, [component]: [] },
});

it('has a table for each section', () => {
  expect(Object.keys(SECTIONS)).toEqual(Object.keys(shape));
});

it.each(Object.entries(SECTIONS))('has a row for each field of %s, and no other', (section, fields) => {
  const listed = rowsOf(section).map(([field]) => field);
  expect(new Set(listed)).toEqual(new Set(fields.map((field) => `\`${field}\``)));
});

it('tells how many machines a component takes, and what each must have', () => {
  const rows = COMPONENTS.map((name) => {
    const { single, minimum } = COMPONENT_TRAITS[name];
    return [`\`${name}\``, single ? 'one' : 'any number', ...Object.values(minimum).map(String)];
  });
  expect(rowsOf('components').map(([name, , ...rest]) => [name, ...rest])).toEqual(rows);
});

it('shows an example that is accepted as it stands, with every component', () => {
  expect(parseConfiguration(example, OWN).warnings).toEqual([]);
  expect(Object.keys(example.components).toSorted()).toEqual([...COMPONENTS].toSorted());
});

it('shows a component alone that is accepted as it stands', () => {
  const dea = { ...example, components: { dea: ['10.10.101.185'] }, external };
  expect(parseConfiguration(dea, OWN).warnings).toEqual([]);
});

const tooLong = 'x'.repeat(1001);

it.each<[string, string, readonly unknown[]]>([
  ['properties', 'domain', ['a_b', `${'a.'.repeat(130)}b`]],
  ['properties', 'home', ['10.10.101.2']],
  ['properties', 'disksize', [0, 1_000_000, 'much']],
  ['properties', 'checkdisk', [2]],
  ['properties', 'adduser', ['yes']],
  ['properties', 'user', ['a b', 'root', 'daemon']],
  ['properties', 'password', ['abc', tooLong]],
  ['properties', 'root', ['abc', tooLong]],
  ['external', 'nats', ['10.10.101.181', ['nats.example']]],
  ['external', 'nats_password', ['abc', tooLong]],
])('tells the rules of %s/%s in the words of the refusal', (section, key, values) => {
  const rules =
    rowsOf(section)
      .find(([field]) => field === `\`${key}\``)
      ?.at(-1)
      ?.split('; ') ?? [];
  const words = values.map((value) => said(section, { [key]: value }));
  // A rule may say more than the refusal of one value.
  expect(rules.map((rule, index) => rule.slice(0, words[index]?.length))).toEqual(words);
});
