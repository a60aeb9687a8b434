import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDamageCheck, type DamageCheck } from '../../distribution/damage.ts';
import { manifestText } from '../../distribution/manifest.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FILES = {
  'README.md': 'read me',
  'package.json': '{"packagedCommit": "0123abc"}',
  'server/main.ts': 'main',
  'node_modules/zod/index.js': 'zod',
};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('damage of a package', () => {
  let folder: string;
  let check: DamageCheck;
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  beforeEach(() => {
    folder = temporaryFolder();
    for (const [path, text] of Object.entries(FILES)) put(path, text);
    put('MANIFEST.sha256', manifestText(new Map(Object.entries(FILES).map(([path, text]) => [path, sha256(text)]))));
    check = createDamageCheck({ folder });
  });

  it('is none in a package as it was built', async () => expect(await check.damagedFiles()).toEqual([]));

  it('is none in a checkout', async () => {
    rmSync(join(folder, 'MANIFEST.sha256'));
    put('package.json', '{}');
    expect(await check.damagedFiles()).toEqual([]);
  });

  it.each([
    ['a changed file', () => put('server/main.ts', 'Main'), { path: 'server/main.ts', how: 'changed' }],
    ['a missing file', () => rmSync(join(folder, 'server/main.ts')), { path: 'server/main.ts', how: 'missing' }],
    [
      'a link in place of a file',
      () => {
        renameSync(join(folder, 'server/main.ts'), join(folder, 'elsewhere'));
        symlinkSync('nowhere', join(folder, 'server/main.ts'));
      },
      { path: 'server/main.ts', how: 'changed' },
    ],
    [
      'a file in place of a folder',
      () => {
        rmSync(join(folder, 'server'), { recursive: true });
        put('server', '');
      },
      { path: 'server/main.ts', how: 'missing' },
    ],
    [
      'a module nearer to who imports it',
      () => put('server/node_modules/zod/index.js', ''),
      { path: 'server/node_modules/zod/index.js', how: 'added' },
    ],
    ['a lost manifest', () => rmSync(join(folder, 'MANIFEST.sha256')), { path: 'MANIFEST.sha256', how: 'missing' }],
    ['an emptied manifest', () => put('MANIFEST.sha256', ''), { path: 'MANIFEST.sha256', how: 'changed' }],
  ] as const)('is %s', async (_, happens, damage) => {
    expect(await check.damagedFiles()).toEqual([]);
    happens();
    expect(await check.damagedFiles()).toEqual([damage]);
    expect(await check.damagedBytes()).toEqual([damage]);
  });

  it('is seen when the time of an edited file was put back', async () => {
    expect(await check.damagedFiles()).toEqual([]);
    const { atime, mtime } = statSync(join(folder, 'server/main.ts'));
    put('server/main.ts', 'niam');
    utimesSync(join(folder, 'server/main.ts'), atime, mtime);
    expect(await check.damagedFiles()).toEqual([{ path: 'server/main.ts', how: 'changed' }]);
  });

  it('is gone when the file is put right', async () => {
    put('server/main.ts', 'Main');
    expect(await check.damagedFiles()).toHaveLength(1);
    put('server/main.ts', 'main');
    expect(await check.damagedFiles()).toEqual([]);
  });

  it('is not what lies beside the program: data, releases, an editor left a file', async () => {
    put('data/engine.db', '');
    put('cf-170.tgz', '');
    put('server/.main.ts.swp', '');
    put('server/main.ts~', '');
    expect(await check.damagedFiles()).toEqual([]);
  });

  it('is looked for by metadata alone after a restart, and by bytes when all are read', async () => {
    const cacheDir = temporaryFolder();
    expect(await createDamageCheck({ folder, cacheDir }).damagedFiles()).toEqual([]);
    // What was right is told from what is: here a mark is kept of bytes that were never right, as if the disk had lost them.
    put('server/main.ts', 'rotten');
    const { dev, ino, mode, size, mtimeNs, ctimeNs } = statSync(join(folder, 'server/main.ts'), { bigint: true });
    const kept = join(cacheDir, 'package-files.json');
    const { manifest, marks } = JSON.parse(readFileSync(kept, 'utf8')) as {
      manifest: string;
      marks: [string, string][];
    };
    const rotten = marks.map(([path, mark]) =>
      path === 'server/main.ts' ? [path, [dev, ino, mode, size, mtimeNs, ctimeNs].join()] : [path, mark],
    );
    writeFileSync(kept, JSON.stringify({ manifest, marks: rotten }));

    const restarted = createDamageCheck({ folder, cacheDir });
    expect(await restarted.damagedFiles()).toEqual([]);
    const damage = [{ path: 'server/main.ts', how: 'changed' }];
    expect(await restarted.damagedBytes()).toEqual(damage);
    expect(await restarted.damagedFiles()).toEqual(damage);
    expect(await createDamageCheck({ folder, cacheDir }).damagedFiles()).toEqual(damage);
  });

  it('is looked for anew in another package', async () => {
    const cacheDir = temporaryFolder();
    expect(await createDamageCheck({ folder, cacheDir }).damagedFiles()).toEqual([]);
    put('MANIFEST.sha256', manifestText(new Map(Object.keys(FILES).map((path) => [path, sha256('another')]))));
    expect(await createDamageCheck({ folder, cacheDir }).damagedFiles()).toHaveLength(Object.keys(FILES).length);
  });
});
