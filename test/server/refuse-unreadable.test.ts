import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refuseUnreadable } from '../../server/refuse-unreadable.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KEY = 'ab'.repeat(32);

function file(content: string): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, content);
  return path;
}

it('takes what can be read', () => {
  refuseUnreadable({ release: undefined, keyFile: undefined });
  refuseUnreadable({ release: file(''), keyFile: file(`${KEY}\n`) });
});

it.each([
  [
    'a release that is not there',
    () => ({ release: '/nowhere/cf.tgz' }),
    '_RELEASE: /nowhere/cf.tgz cannot be read: no such',
  ],
  [
    'a key file that is not there',
    () => ({ keyFile: '/nowhere/key' }),
    '_KEY_FILE: /nowhere/key cannot be read: no such',
  ],
  ['a folder', () => ({ keyFile: temporaryFolder() }), 'cannot be read: illegal operation on a directory'],
  ['what is no key', () => ({ keyFile: file('secret') }), 'must hold 64 hexadecimal digits and nothing else'],
])('refuses %s', (_, settings, message) => {
  expect(() => refuseUnreadable({ release: undefined, keyFile: undefined, ...settings() })).toThrow(
    expect.objectContaining({ code: 'InvalidSettings', message: expect.stringContaining(message) as string }),
  );
});
