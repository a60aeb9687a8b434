import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../server/make-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('makes a folder with all above it, and leaves it empty', () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  makeFolder('SETTING', folder);
  makeFolder('SETTING', folder);
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['/proc/none/data', 'no such file or directory'],
  ['/proc', 'no such file or directory'],
  ['/dev/null/data', 'not a directory'],
])('says at once why %s cannot be one', (folder, why) => {
  expect(() => makeFolder('SETTING', folder)).toThrow(
    expect.objectContaining({
      code: 'EnvironmentLacking',
      message: `SETTING: ${folder} is not a writable folder: ${why}`,
    }),
  );
});

it('refuses a file', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder('SETTING', file)).toThrow('not a directory');
});
