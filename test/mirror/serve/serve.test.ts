import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { openMirror } from '../../../mirror/mirror.ts';
import { createMirrorServer } from '../../../mirror/serve/serve.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CONTENT = Buffer.from('0123456789'.repeat(20_000));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

async function served() {
  const root = await temporaryFolder();
  await openMirror(root).addBlob(CONTENT);
  const published = path.join(root, 'apt', '.debian-12.1');
  await mkdir(published, { recursive: true });
  await mkdir(path.join(root, 'build'));
  await writeFile(path.join(root, 'build', 'signing-key.gpg'), 'secret');
  await writeFile(path.join(root, 'apt', 'key.gpg'), 'public');
  await writeFile(path.join(published, 'InRelease'), 'signed');
  await writeFile(path.join(published, 'libstdc++6_12.2_amd64.deb'), 'deb');
  await symlink(path.join(root, 'build', 'signing-key.gpg'), path.join(published, 'link'));
  await symlink('.debian-12.1', path.join(root, 'apt', 'debian-12'));
  const server = createMirrorServer(root).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { root, port, url: `http://127.0.0.1:${port}` };
}

/** Sends the target as it is: fetch would take `..` out before anybody sees it. */
async function rawStatus(port: number, target: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nHost: mirror\r\nConnection: close\r\n\r\n`);
  return Number((await text(socket)).split(' ')[1]);
}

it('serves a blob for ever', async () => {
  const { url } = await served();
  const response = await fetch(`${url}/blobs/${SHA256}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toContain('immutable');
  expect(response.headers.get('content-length')).toBe(String(CONTENT.length));
  expect(Buffer.from(await response.arrayBuffer()).equals(CONTENT)).toBe(true);
});

it('serves the part of a blob that was asked for', async () => {
  const { url } = await served();
  const part = await fetch(`${url}/blobs/${SHA256}`, { headers: { Range: 'bytes=199995-' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe('bytes 199995-199999/200000');
  expect(await part.text()).toBe('56789');
  const beyond = await fetch(`${url}/blobs/${SHA256}`, { headers: { Range: 'bytes=200000-' } });
  expect(beyond.status).toBe(416);
  expect(beyond.headers.get('content-range')).toBe('bytes */200000');
});

it('serves the whole when the part would be of another file', async () => {
  const { url } = await served();
  const headers = { Range: 'bytes=0-1', 'If-Range': '"of another file"' };
  expect((await fetch(`${url}/blobs/${SHA256}`, { headers })).status).toBe(200);
});

it('serves repositories and the key, as apt and browsers ask for them', async () => {
  const { port } = await served();
  for (const target of [
    '/apt/key.gpg',
    '/apt/debian-12/InRelease',
    '/apt/debian-12/./InRelease',
    '/apt/debian-12/./libstdc%2b%2b6_12.2_amd64.deb',
    '/apt/debian-12/libstdc++6_12.2_amd64.deb',
  ])
    expect([target, await rawStatus(port, target)]).toEqual([target, 200]);
});

it('answers 304 to whoever has the current file, and the file once it changed', async () => {
  const { root, url } = await served();
  const first = await fetch(`${url}/apt/debian-12/InRelease`);
  const headers = { 'If-None-Match': first.headers.get('etag') ?? '' };
  expect((await fetch(`${url}/apt/debian-12/InRelease`, { headers })).status).toBe(304);
  await writeFile(path.join(root, 'apt', 'debian-12', 'InRelease'), 'signed anew');
  const changed = await fetch(`${url}/apt/debian-12/InRelease`, { headers });
  expect([changed.status, await changed.text()]).toEqual([200, 'signed anew']);
});

it('answers HEAD without a body and refuses to be written to', async () => {
  const { url } = await served();
  const head = await fetch(`${url}/blobs/${SHA256}`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '200000', '']);
  for (const method of ['POST', 'PUT', 'DELETE'])
    expect((await fetch(`${url}/blobs/${SHA256}`, { method })).status).toBe(405);
});

it.each([
  '/',
  '/apt',
  '/apt/',
  '/apt/debian-12',
  '/apt/debian-12/',
  '/apt/.debian-12.1/InRelease',
  '/apt/debian-12/link',
  '/apt/debian-12/..',
  '/apt/debian-12/../../build/signing-key.gpg',
  '/apt/debian-12/..%2f..%2fbuild%2fsigning-key.gpg',
  '/apt/%2e%2e/build/signing-key.gpg',
  '/apt/..%2fbuild/signing-key.gpg',
  '/blobs/../build/signing-key.gpg',
  '/build/signing-key.gpg',
  '//build/signing-key.gpg',
  '/apt\\..\\build\\signing-key.gpg',
  '/apt/debian-12/InRelease%00.deb',
  `/blobs/${SHA256.toUpperCase()}`,
  `/blobs/${'0'.repeat(64)}`,
  '/blobs/',
  '/%',
  '/etc/passwd',
  'http://[/',
])('does not know %s', async (target) => {
  const { port } = await served();
  expect(await rawStatus(port, target)).toBe(404);
});
