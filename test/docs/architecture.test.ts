import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Imports, MAY_IMPORT } from '../../import-table.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
const TOPS = [...Object.keys(MAY_IMPORT).filter((row) => !row.includes('/')), 'node', 'docs', 'test'];
/** Of whose folders the map has a sentence for all. */
const MIRRORS = new Set(TOPS);

const textFrom = (heading: string): string => PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const rowOf = (folder: string, { folders = [], types = [], packages = [], hasNode = true }: Imports) => [
  `\`${folder}/\``,
  folders.join(', '),
  types.join(', '),
  [quoted(packages), hasNode ? '' : "not Node's modules"].filter((part) => part !== '').join('; '),
];

it('says who may import whom as the linter does', () => {
  const text = textFrom('Who may import whom');
  const rows = [...text.matchAll(/^\| (`.*)\|$/gm)].map(([, cells = '']) =>
    cells.split('|').map((cell) => cell.trim()),
  );
  expect(rows).toEqual(Object.entries(MAY_IMPORT).map(([folder, imports]) => rowOf(folder, imports)));
  const files = Object.entries(MAY_IMPORT).flatMap(([folder, { files: single = [] }]) =>
    single.length === 0 ? [] : [`\`${folder}/\` may import ${quoted(single)}.`],
  );
  expect(text.replaceAll('\n', ' ')).toContain(`Single files of other folders: ${files.join(' ')}`);
});

it.each(TOPS)('has %s and its rooms on the map', (top) => {
  const map = textFrom('The map').split('\n');
  const from = map.findIndex((line) => new RegExp(String.raw`^(\S+, )*${top}/`).test(line));
  expect(from, top).not.toBe(-1);
  const to = map.findIndex((line, at) => at > from && /^\S/.test(line));
  const words = map.slice(from, to).join('\n');
  const rooms = readdirSync(join(ROOT, top), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const missing = rooms.filter(
    ({ name }) => !new RegExp(String.raw`(^|\s)${name}/`, 'm').test(words) && !(top === 'test' && MIRRORS.has(name)),
  );
  expect(missing.map(({ name }) => `${top}/${name}`)).toEqual([]);
});
