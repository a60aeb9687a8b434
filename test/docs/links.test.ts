import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Paths of files that a page links to. */
const linksOf = (page: string): string[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((?![a-z]+:)([^)#\s]+)/g)].map(([, path]) => path ?? '');

it.each(globSync('{*,docs/*}.md', { cwd: ROOT }))('%s links to nothing that is not there', (page) => {
  expect(linksOf(page).filter((path) => !existsSync(join(ROOT, dirname(page), path)))).toEqual([]);
});
