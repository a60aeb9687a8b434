import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commitOf, programFiles } from '../../../distribution/build/program-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ROOT } from './composition.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Of Docker's rules those that the file keeps to: paths without wildcards, the last one that fits decides. */
function isTaken(path: string): boolean {
  const rules = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && line !== '*');
  const fitting = rules.findLast((rule) => `${path}/`.startsWith(`${rule.replace(/^!/, '')}/`));
  return fitting?.startsWith('!') ?? false;
}

/** Needed to build the image and not in it. */
const FOR_BUILDING = /^(\.npmrc$|distribution\/build\/)/;
/** For people, in the package alone. */
const DOCUMENTS = /^(docs\/|[^/]+\.md$)/;

it('puts into the image what a package holds, and nothing else', async () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  const folder = temporaryFolder();
  await programFiles(ROOT, await commitOf(ROOT), folder);
  const packaged = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));

  const taken = tracked.filter((path) => isTaken(path) && !FOR_BUILDING.test(path));
  // Files that are not committed yet are in no package.
  const committed = new Set(
    execFileSync('git', ['ls-tree', '-r', '--name-only', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).split('\n'),
  );
  expect(taken.filter((path) => committed.has(path))).toEqual(
    packaged.filter((path) => !DOCUMENTS.test(path)).toSorted(),
  );
});

it('builds on one base of a fixed version', () => {
  const stages = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, from]) => from);
  expect(stages).toEqual(['${BASE}', 'system', 'system', 'system']);
  expect(read('Dockerfile')).toMatch(/^ARG BASE=debian:\d+\.\d+-slim$/m);
});

it('runs as an account without rights', () => {
  expect(read('Dockerfile')).toMatch(/^USER 10001:10001$/m);
});
