import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sweepUnfinished } from '../../mirror/blobs/sweep.ts';
import { openMirror } from '../../mirror/mirror.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CONTENT = Buffer.from('a compiled archive');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const MIRROR = path.resolve(import.meta.dirname, '../../mirror/mirror.ts');

async function* inPieces(): AsyncGenerator<Uint8Array> {
  for (const byte of CONTENT) yield Buffer.from([byte]);
}

const damagedIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith('.damaged-'));

it('says for which machines the packages of a profile are', async () => {
  const root = await temporaryFolder();
  const repository = path.join(root, 'apt', 'debian-12');
  await mkdir(repository, { recursive: true });
  await writeFile(
    path.join(repository, 'Release'),
    'Origin: deployment-engine\nArchitectures: arm64\nSuite: bookworm\n',
  );
  expect(await openMirror(root).architecture('debian-12')).toBe('arm64');
  expect(await openMirror(root).architecture('ubuntu-12.04')).toBeUndefined();
});

describe('blobs', () => {
  it('are stored under the sha256 of what was added, whole or in pieces', async () => {
    const mirror = openMirror(await temporaryFolder());
    expect(await mirror.addBlob(CONTENT)).toEqual({ sha256: SHA256, size: CONTENT.length });
    expect(await mirror.addBlob(inPieces())).toEqual({ sha256: SHA256, size: CONTENT.length });
    expect(await readFile(mirror.blobPath(SHA256))).toEqual(CONTENT);
  });

  it('never appear half-written when their source breaks', async () => {
    const root = await temporaryFolder();
    const mirror = openMirror(root);
    const broken = async function* () {
      yield CONTENT;
      throw new Error('connection lost');
    };
    await expect(mirror.addBlob(broken())).rejects.toThrow('connection lost');
    expect(await readdir(path.join(root, 'blobs'))).toEqual([]);
  });

  it('never appear half-written when their writer is killed, and what it leaves is swept', async () => {
    const root = await temporaryFolder();
    const program = `
      import { openMirror } from ${JSON.stringify(MIRROR)};
      const endless = async function* () {
        yield Buffer.from('begin');
        process.stdout.write('writing');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      };
      await openMirror(${JSON.stringify(root)}).addBlob(endless());`;
    const writer = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program]);
    await once(writer.stdout, 'data');
    writer.kill('SIGKILL');
    await once(writer, 'exit');

    const blobs = path.join(root, 'blobs');
    const left = await readdir(blobs);
    expect(left).toEqual([expect.stringMatching(/^\.unfinished-/)]);
    await sweepUnfinished(blobs);
    expect(await readdir(blobs)).toEqual(left);
    const longAgo = Date.now() / 1000 - 2 * 24 * 3600;
    for (const file of left) await utimes(path.join(blobs, file), longAgo, longAgo);
    await sweepUnfinished(blobs);
    expect(await readdir(blobs)).toEqual([]);
  });

  it('count as absent when they are cut, and are moved aside', async () => {
    const root = await temporaryFolder();
    await openMirror(root).addBlob(CONTENT);
    const mirror = openMirror(root);
    expect(await mirror.hasBlob(SHA256)).toBe(true);
    await truncate(mirror.blobPath(SHA256), 5);
    expect(await mirror.hasBlob(SHA256)).toBe(false);
    expect(await damagedIn(path.join(root, 'blobs'))).toHaveLength(1);
    await mirror.addBlob(CONTENT);
    expect(await mirror.hasBlob(SHA256)).toBe(true);
  });

  it('survive ten writers of the same content', async () => {
    const root = await temporaryFolder();
    const mirrors = Array.from({ length: 10 }, () => openMirror(root));
    await Promise.all(mirrors.map((mirror) => mirror.addBlob(inPieces())));
    expect(await readdir(path.join(root, 'blobs'))).toEqual([SHA256]);
    expect(await mirrors[0]?.hasBlob(SHA256)).toBe(true);
  });

  it('have no name that leads out of the mirror', async () => {
    const mirror = openMirror(await temporaryFolder());
    expect(() => mirror.blobPath('../build/signing-key.gpg')).toThrow(RangeError);
  });
});

describe('releases', () => {
  const release = { name: 'cf-lite', version: '1', sha256: SHA256, jobs: {}, packages: {} };
  const newer = { ...release, version: '2', sha256: SHA256.replace(/^./, '0') };

  it('are kept by sha256, one of them being the default', async () => {
    const mirror = openMirror(await temporaryFolder());
    expect(await mirror.release()).toBeUndefined();
    await mirror.saveRelease(release);
    await mirror.makeDefault(release);
    await mirror.saveRelease(newer);
    expect(await mirror.release()).toEqual(release);
    await mirror.makeDefault(newer);
    expect(await mirror.release(release.sha256)).toEqual(release);
    expect(await mirror.release()).toEqual(newer);
  });
});

describe('the apt key', () => {
  it('names the command that makes it when it is missing', async () => {
    const mirror = openMirror(await temporaryFolder());
    await expect(mirror.aptKey()).rejects.toMatchObject({
      code: 'EnvironmentLacking',
      message: expect.stringContaining('./local_build.sh') as string,
    });
  });
});
