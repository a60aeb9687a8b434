import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { MAY_IMPORT } from '../../import-table.ts';

const ROOT = join(import.meta.dirname, '../..');
/** So many files side by side read as a table of contents. */
const MOST = 20;
/** What is longer says in its first comment why. */
const LONG = 200;

const FOLDERS = [...Object.keys(MAY_IMPORT).filter((row) => !row.includes('/')), 'node', 'test'];

const foldersIn = (folder: string): string[] => [
  folder,
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersIn(join(folder, name))),
];

it.each(FOLDERS)('%s has no room with more files than fit a screen', (top) => {
  const crowded = foldersIn(join(ROOT, top)).flatMap((folder) => {
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()).length;
    return files > MOST ? [`${relative(ROOT, folder)}: ${files}`] : [];
  });
  expect(crowded).toEqual([]);
});

it.each(FOLDERS)('%s has no long file without a reason', (top) => {
  const long = foldersIn(join(ROOT, top))
    .flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isFile() && /^[^.]+$|\.(ts|js|rb|sh)$/.test(entry.name) ? [join(folder, entry.name)] : [],
      ),
    )
    .filter((file) => {
      const text = readFileSync(file, 'utf8');
      return text.split('\n').length - 1 > LONG && !text.includes('Over 200 lines, because');
    });
  expect(long.map((file) => relative(ROOT, file))).toEqual([]);
});
