import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { MAY_IMPORT } from '../../import-table.ts';

const ROOT = join(import.meta.dirname, '../..');
/** So many files side by side read as a table of contents. */
const MOST = 20;

const FOLDERS = [...Object.keys(MAY_IMPORT).filter((row) => !row.includes('/')), 'node'];

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
