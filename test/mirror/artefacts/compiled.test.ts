import { existsSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { layoutOf } from '../../../mirror/layout.ts';
import { type Mirror, openMirror } from '../../../mirror/mirror.ts';
import { createMirrorServer } from '../../../mirror/serve/serve.ts';
import { served } from '../../activities/blob-server.ts';
import { artefact } from '../artefact.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const KEY = 'package/nats/1 with: odd characters';

let root: string;
let mirror: Mirror;

beforeEach(async () => {
  root = await temporaryFolder();
  mirror = openMirror(root);
});

const nats = (content = 'nats') => artefact({ name: 'bin/nats', content });

async function record() {
  const blob = await mirror.addBlob(await nats());
  await mirror.recordCompiled('debian-12', KEY, blob);
  return blob;
}

const find = () => openMirror(root).findCompiled('debian-12', KEY);

describe('what nodes built', () => {
  it('is found by profile and key', async () => {
    const blob = await record();
    expect(await find()).toEqual(blob);
    expect(await mirror.findCompiled('ubuntu-12.04', KEY)).toBeUndefined();
  });

  it.each([
    ['another size', { size: 1 }],
    ['another digest', { sha256: '0'.repeat(64) }],
    ['another key', { key: 'package/nats/other' }],
  ])('counts as absent when its record has %s', async (_case, change) => {
    const blob = await record();
    const file = layoutOf(root).compiled('debian-12', KEY);
    await writeFile(file, JSON.stringify({ key: KEY, ...blob, ...change }));
    expect(await find()).toBeUndefined();
  });

  it('counts as absent when its archive was cut', async () => {
    const { sha256 } = await record();
    await truncate(mirror.blobPath(sha256), 10);
    expect(await find()).toBeUndefined();
  });

  it('counts as absent when a bit of it flipped before this process saw it', async () => {
    const { sha256, size } = await record();
    const content = await readFile(mirror.blobPath(sha256));
    content[size - 1] = (content[size - 1] ?? 0) ^ 1;
    await writeFile(mirror.blobPath(sha256), content);
    expect(await find()).toBeUndefined();
  });

  it('counts as absent, without an error, when its record is garbage', async () => {
    await record();
    await writeFile(layoutOf(root).compiled('debian-12', KEY), '{"key": "pack');
    expect(await find()).toBeUndefined();
  });

  it('is refused when its archive is not in the mirror', async () => {
    const missing = mirror.recordCompiled('debian-12', KEY, { sha256: '0'.repeat(64), size: 9 });
    await expect(missing).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('is not recorded when it is no archive: it goes into quarantine with the reason', async () => {
    const blob = await mirror.addBlob(Buffer.from('<html>'));
    await expect(mirror.recordCompiled('debian-12', KEY, blob)).rejects.toMatchObject({
      code: 'ChecksumMismatch',
      message: expect.stringContaining('in quarantine') as string,
    });
    expect(await find()).toBeUndefined();
    const { quarantine } = layoutOf(root);
    expect(await readFile(path.join(quarantine, blob.sha256), 'utf8')).toBe('<html>');
    expect(JSON.parse(await readFile(path.join(quarantine, `${blob.sha256}.json`), 'utf8'))).toMatchObject({
      profile: 'debian-12',
      key: KEY,
      reason: expect.stringContaining('cannot be read') as string,
    });
  });
});

describe('the quarantine', () => {
  it('takes an artefact out of what nodes get', async () => {
    const { sha256 } = await record();
    const url = await served(createMirrorServer(root));
    const status = async (): Promise<number> => (await fetch(`${url}/blobs/${sha256}`)).status;
    expect(await status()).toBe(200);
    await mirror.quarantine('debian-12', KEY, { sha256, reason: 'tar failed' });
    expect([await status(), (await fetch(`${url}/quarantine/${sha256}`)).status]).toEqual([404, 404]);
    expect(await find()).toBeUndefined();
    expect(await mirror.quarantined('debian-12', KEY)).toMatchObject([{ sha256, reason: 'tar failed' }]);
    expect(await mirror.quarantined('debian-12', 'package/nats/other')).toEqual([]);
  });

  it('leaves a newer artefact of the same key where it is', async () => {
    const { sha256 } = await record();
    const newer = await mirror.addBlob(await nats('newer'));
    await mirror.recordCompiled('debian-12', KEY, newer);
    await mirror.quarantine('debian-12', KEY, { sha256, reason: 'tar failed' });
    expect(await find()).toEqual(newer);
  });

  it('does not mind an archive that is gone', async () => {
    await mirror.quarantine('debian-12', KEY, { sha256: '0'.repeat(64), reason: 'tar failed' });
    expect(await readdir(layoutOf(root).quarantine)).toEqual([`${'0'.repeat(64)}.json`]);
    expect(existsSync(layoutOf(root).blob('0'.repeat(64)))).toBe(false);
  });
});
