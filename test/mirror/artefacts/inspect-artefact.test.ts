import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { artefactProblem } from '../../../mirror/artefacts/inspect-artefact.ts';
import type { ArchiveLimits } from '../../../release/archive/archive.ts';
import { artefact } from '../artefact.ts';

const file = (name: string) => ({ name, type: 'file', content: 'content' }) as const;
const KEY = 'package/nats/f-nats';
const problemOf = (content: Buffer, key = KEY, limits?: ArchiveLimits) =>
  artefactProblem(Readable.from([content]), key, limits);

describe('an archive that a node built', () => {
  it('is fit with files, folders and links of its own', async () => {
    const content = await artefact(
      { name: './', type: 'directory' },
      file('./bin/nats'),
      { name: './lib', type: 'symlink', linkname: '/var/vcap/packages/common/lib' },
      { name: './bin/natsd', type: 'link', linkname: './bin/nats' },
    );
    expect(await problemOf(content)).toBeUndefined();
  });

  it.each([
    ['a file above it', [file('../x')], '"../x" leads out of it'],
    ['a file from the root', [file('/etc/passwd')], '"/etc/passwd" leads out of it'],
    [
      'a hard link out',
      [{ name: 'x', type: 'link', linkname: '/etc/shadow' }],
      '"x" is a link to /etc/shadow, outside of it',
    ],
    ['a device', [{ name: 'x', type: 'block-device' }], '"x" is a block-device'],
    [
      'a file written through a link',
      [{ name: 'a', type: 'symlink', linkname: '/etc' }, file('a/b/passwd')],
      '"a/b/passwd" is written through a link',
    ],
    ['a program that runs as its owner', [{ ...file('bin/su'), mode: 0o4755 }], '"bin/su" is setuid or setgid'],
    ['a program that runs as its group', [{ ...file('bin/wall'), mode: 0o2755 }], '"bin/wall" is setuid or setgid'],
    ['nothing', [{ name: './', type: 'directory' }], 'it holds no file'],
  ] as const)('is not with %s', async (_case, entries, problem) => {
    expect(await problemOf(await artefact(...entries))).toBe(problem);
  });

  it.each([
    ['is cut off', (whole: Buffer) => whole.subarray(0, whole.length - 12)],
    ['is damaged', (whole: Buffer) => Buffer.concat([whole.subarray(0, 40), Buffer.alloc(20), whole.subarray(60)])],
    ['is no archive', () => Buffer.from('<html>')],
    ['is empty', () => Buffer.alloc(0)],
  ])('is not when it %s', async (_case, harm) => {
    const whole = await artefact(file('bin/nats'), file('bin/natsd'));
    expect(await problemOf(harm(whole))).toMatch(/cannot be read|holds no file/);
  });

  it('may have a folder whose group is inherited, as below /usr/local', async () => {
    const content = await artefact({ name: 'lib/', type: 'directory', mode: 0o2775 }, file('lib/nats'));
    expect(await problemOf(content)).toBeUndefined();
  });

  it('may be a root file system, with the programs and devices of one', async () => {
    const content = await artefact(
      { ...file('bin/su'), mode: 0o4755 },
      { name: 'dev/null', type: 'character-device', devmajor: 1, devminor: 3 },
    );
    expect(await problemOf(content, 'package/rootfs_lucid64/f-1')).toBeUndefined();
    expect(await problemOf(content, 'package/nats/rootfs_lucid64')).toMatch(/setuid/);
  });

  it.each([
    ['entries', { entries: 1, entry: 100, total: 100_000 }, 'more than 1 entries'],
    ['bytes in one', { entries: 9, entry: 6, total: 100_000 }, '"bin/nats" has more than 6 bytes'],
    ['bytes', { entries: 9, entry: 100, total: 600 }, 'unpacks to more than 600 bytes'],
  ])('has no more %s than a package of a release', async (_case, limits, problem) => {
    expect(await problemOf(await artefact(file('bin/nats'), file('bin/natsd')), KEY, limits)).toBe(problem);
  });
});
