import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const ENGLISH = readFileSync(join(ROOT, 'README.md'), 'utf8');
const CHINESE = readFileSync(join(ROOT, 'README.zh.md'), 'utf8');

const found = (pattern: RegExp, page: string): string[] => [...page.matchAll(pattern)].map(([text]) => text);

/** Commands without their explanations, and the output shown. */
const codeOf = (page: string): string[] =>
  found(/^ {4}\S.*$/gm, page)
    .map((line) => line.replace(/\s+# .*$/, '').trim())
    .filter((line) => !line.includes('"root"'));

it.each([
  ['headings', (page: string) => found(/^#+ /gm, page)],
  ['commands', codeOf],
  [
    'rows of tables, by the first cell',
    (page: string) => found(/^\| [`[][^|]*(?=\|)/gm, page).map((cell) => cell.trim()),
  ],
  ['items of lists', (page: string) => found(/^- /gm, page)],
  ['links', (page: string) => found(/\]\((?!README)[^)]*\)/g, page).toSorted()],
  ['names of files, routes and settings', (page: string) => [...new Set(found(/`[^`\n]+`/g, page))].toSorted()],
])('has the same %s in both languages', (_kind, of) => {
  expect(of(CHINESE)).toEqual(of(ENGLISH));
});

it('leads from each README to the other in its first lines', () => {
  expect(ENGLISH.split('\n', 3)[2]).toContain('[中文](README.zh.md)');
  expect(CHINESE.split('\n', 3)[2]).toContain('[English](README.md)');
});
