import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { MAY_IMPORT } from '../../import-table.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOPS = new Set([...Object.keys(MAY_IMPORT), 'node', 'docs', 'test']);
/** What a reader fills in or makes: `activities/steps/NAME.ts`, `domain/profiles/<name>.ts`, the example of a new release. */
const PLACEHOLDER = /NAME|NNN|<|v172/;
const ABBREVIATED = /[*{]/;

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Paths of files that a page links to. */
const linksOf = (page: string): string[] =>
  [...textOf(page).matchAll(/\]\((?![a-z]+:)([^)#\s]+)/g)].map(([, path]) => path ?? '');

/** Paths of the repository that a page has in backticks. */
const pathsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/`([^`\s]+)`/g)]
    .map(([, path]) => path ?? '')
    .filter((path) => TOPS.has(path.split('/')[0] ?? '') && path.includes('/') && !PLACEHOLDER.test(path));

const isThere = (path: string): boolean =>
  ABBREVIATED.test(path) ? globSync(path, { cwd: ROOT }).length > 0 : existsSync(join(ROOT, path));

const PAGES = globSync('{*,docs/*}.md', { cwd: ROOT });

it.each(PAGES)('%s links to nothing that is not there', (page) => {
  expect(linksOf(page).filter((path) => !existsSync(join(ROOT, dirname(page), path)))).toEqual([]);
});

it.each(PAGES)('%s names no file that is not there', (page) => {
  expect(pathsOf(page).filter((path) => !isThere(path))).toEqual([]);
});
