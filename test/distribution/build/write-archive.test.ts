import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeArchive } from '../../../distribution/build/write-archive.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MADE_AT = new Date('2014-05-06T07:08:09Z');
const LONG = `${'a-very-long-name/'.repeat(12)}file`;
const FILES: Readonly<Record<string, string>> = {
  start: '#!/bin/sh',
  'B/b': 'b',
  'a/ä ö': 'umlaut',
  'a/empty': '',
  [LONG]: 'x'.repeat(2_000_000),
};

/** The same files, whatever else may differ between two machines. */
function tree(names: readonly string[], { mode, at }: { readonly mode: number; readonly at: number }): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), FILES[name] ?? '');
    chmodSync(join(folder, name), name === 'start' ? mode | 0o100 : mode);
    utimesSync(join(folder, name), at, at);
  }
  return folder;
}

async function archiveOf(folder: string): Promise<string> {
  const file = join(temporaryFolder(), 'package.tgz');
  await writeArchive(folder, file, MADE_AT);
  return file;
}

it('makes the same bytes of the same files', async () => {
  const names = Object.keys(FILES);
  const one = await archiveOf(tree(names, { mode: 0o600, at: 1 }));
  const other = await archiveOf(tree(names.toReversed(), { mode: 0o664, at: 2_000_000_000 }));
  expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
});

it('is unpacked by tar as it was packed, sorted and owned by root', async () => {
  const archive = await archiveOf(tree(Object.keys(FILES), { mode: 0o600, at: 1 }));
  const listed = execFileSync('tar', ['--numeric-owner', '--full-time', '--utc', '-tvzf', archive], {
    encoding: 'utf8',
  });
  const lines = listed.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^drwxr-xr-x 0\/0 +0 2014-05-06 07:08:09 B\/$/);
  expect(lines.at(-1)).toMatch(/^-rwxr-xr-x 0\/0 +9 2014-05-06 07:08:09 start$/);
  expect(lines.filter((line) => line.startsWith('-') && !line.startsWith('-rw-r--r-- 0/0'))).toHaveLength(1);

  const folder = temporaryFolder();
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  for (const [name, text] of Object.entries(FILES)) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  expect(statSync(join(folder, 'start')).mode & 0o777).toBe(0o755);
});

it('refuses what is neither a file nor a folder', async () => {
  const folder = tree(['start'], { mode: 0o600, at: 1 });
  symlinkSync('start', join(folder, 'link'));
  await expect(archiveOf(folder)).rejects.toThrow('link is neither a file nor a folder');
});
