import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { onTestFinished } from 'vitest';
import type { Blob } from '../../domain/release/release.ts';
import type { BlobSink } from '../../release/archive/archive-taker.ts';

/** One entry of a tar: its content, or what its header says beyond the name. */
export type TarEntry = string | Uint8Array | Partial<Header>;

/** The same content gives the same bytes, whenever it is packed. */
const mtime = new Date(0);

/** A gzipped tar of real bytes. */
export async function tarball(entries: Readonly<Record<string, TarEntry>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, entry] of Object.entries(entries)) {
    if (typeof entry === 'string' || entry instanceof Uint8Array) archive.entry({ name, mtime }, entry);
    else archive.entry({ name, mtime, ...entry });
  }
  archive.finalize();
  return gzipSync(await buffer(archive));
}

/** Is there until the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

export async function writeTarball(entries: Readonly<Record<string, TarEntry>>): Promise<string> {
  const file = join(await temporaryFolder(), 'release.tgz');
  await writeFile(file, await tarball(entries));
  return file;
}

/** Keeps what it is given, and how many pieces it came in. */
export class MemoryBlobs implements BlobSink {
  readonly contents = new Map<string, Buffer>();
  readonly pieces: number[] = [];

  async add(content: AsyncIterable<Uint8Array> | Uint8Array): Promise<Blob> {
    const chunks: Uint8Array[] = [];
    if (content instanceof Uint8Array) chunks.push(content);
    else for await (const chunk of content) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    const sha256 = createHash('sha256').update(whole).digest('hex');
    this.contents.set(sha256, whole);
    this.pieces.push(chunks.length);
    return { sha256, size: whole.length };
  }
}

export const digest = (algorithm: 'sha1' | 'sha256', content: Uint8Array): string =>
  createHash(algorithm).update(content).digest('hex');

export const natsJob = (): Promise<Buffer> =>
  tarball({
    './job.MF': [
      'name: nats',
      'templates: {nats.conf.erb: config/nats.conf}',
      'packages: [gnatsd]',
      'properties:',
      '  nats.port: {description: where to listen, default: 4222}',
      '  nats.user: {description: who may connect}',
      '  nats.debug: {default: no}',
      '',
    ].join('\n'),
    './monit': 'check process nats\n',
    './templates/nats.conf.erb': 'port: <%= p("nats.port") %>\n',
  });

export const sourcePackage = (script = 'make install\n'): Promise<Buffer> => tarball({ './packaging': script });

export const base64 = (text: string): string => `!binary |-\n    ${Buffer.from(text).toString('base64')}`;
