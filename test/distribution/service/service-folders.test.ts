import { mkdirSync, readdirSync, lstatSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { giveTo, refuseForeignFolders } from '../../../distribution/service/service-folders.ts';
import type { Service } from '../../../distribution/service/service-unit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folderWith = (...files: readonly string[]): string => {
  const folder = temporaryFolder();
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return folder;
};

function refusal(dataDir: string, cacheDir = temporaryFolder(), folder = temporaryFolder(), before?: Service): string {
  try {
    refuseForeignFolders({ folder, dataDir, cacheDir }, before);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a folder of the service', () => {
  it("may be new, empty, or an engine's", () => {
    expect(refusal(join(temporaryFolder(), 'new'))).toBe('');
    expect(refusal(folderWith('lost+found/none'))).toBe('');
    expect(refusal(folderWith('engine.db', 'notes.txt'), folderWith('mirror/blobs/some'))).toBe('');
    expect(refusal(folderWith('keys/master.key'))).toBe('');
  });

  it('is refused with the files of others', () => {
    const shared = folderWith('dpkg/status');
    expect(refusal(shared)).toBe(
      `--data-dir ${shared}: it holds files that are not an engine's (none of engine.db, keys/master.key, log/server.log); the ` +
        `service would own all of it. Name a folder of its own: ${shared}/deployment-engine`,
    );
    expect(refusal(temporaryFolder(), shared)).toMatch(/^--cache-dir .* not an engine's/);
    const link = join(temporaryFolder(), 'link');
    symlinkSync(shared, link);
    expect(refusal(link)).toContain('not an engine');
  });

  it('may be what the service has already', () => {
    const begun = folderWith('log/worker.log');
    const before = { folder: '/opt/1', user: 'ana', dataDir: begun, cacheDir: '/var/cache/other', keyFile: undefined };
    expect(refusal(begun)).toContain('not an engine');
    expect(refusal(begun, undefined, undefined, before)).toBe('');
    expect(refusal(folderWith('log/worker.log'), undefined, undefined, before)).toContain('not an engine');
  });

  it.each([
    ['/', '/srv/deployment-engine'],
    ['/var', '/var/deployment-engine'],
    ['/new-at-the-top', '/new-at-the-top/deployment-engine'],
  ])('is refused at the top: %s', (folder, better) => {
    expect(refusal(folder)).toMatch(/at the top of the file system; .* Name a folder of its own: (.*)/);
    expect(refusal(folder).split(': ').at(-1)).toBe(better);
  });

  it('is refused around the program', () => {
    const program = folderWith('mirror/blobs/some');
    expect(refusal(temporaryFolder(), program, program)).toContain('the program is in it');
    expect(refusal(join(program, 'data'), undefined, program)).toBe('');
  });

  it.skipIf(process.getuid?.() !== 0)('is given whole to the account, but nothing that a link leads to', () => {
    const [folder, outside] = [folderWith('log/server.log', 'nodes/10.0.0.1'), folderWith('precious')];
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(outside, join(folder, 'log/link'));
    giveTo('sync', folder);
    const owner = (path: string) => lstatSync(join(folder, path)).uid;
    const { uid } = lstatSync(join(folder, 'log/server.log'));
    expect(uid).not.toBe(0);
    expect(['.', 'log', 'link', 'log/link'].map(owner)).toEqual([uid, uid, uid, uid]);
    expect([owner('nodes'), lstatSync(outside).uid, lstatSync(join(outside, 'precious')).uid]).toEqual([0, 0, 0]);
    expect(readdirSync(outside)).toEqual(['precious']);
  });
});
