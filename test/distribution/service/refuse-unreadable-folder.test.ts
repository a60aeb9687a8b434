import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { refuseUnreadableFolder } from '../../../distribution/service/refuse-unreadable-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** An account of every Debian, whose group is `nogroup`. */
const USER = 'sync';

function unpacked(mode: number): string {
  const folder = temporaryFolder();
  for (const program of ['node_modules/.bin/node', 'server/call-command.ts']) {
    mkdirSync(join(folder, program, '..'), { recursive: true });
    writeFileSync(join(folder, program), '', { mode: 0o755 });
  }
  chmodSync(folder, mode);
  return folder;
}

describe.skipIf(process.getuid?.() !== 0)('the program of a service', () => {
  it('is run by an account whose group has another name', () => {
    expect(() => refuseUnreadableFolder({ user: USER, folder: unpacked(0o755) })).not.toThrow();
  });

  it('is refused where only root can read it', () => {
    const folder = unpacked(0o700);
    expect(() => refuseUnreadableFolder({ user: USER, folder })).toThrow(`sync cannot read ${folder}: unpack`);
  });
});
