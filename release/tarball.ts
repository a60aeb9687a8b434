import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Problem } from '../domain/errors.ts';
import type { Blob } from '../domain/release.ts';
import { jsonPointer } from '../domain/schemas/json-pointer.ts';
import { readArchive } from './archive.ts';
import type { ArchiveLimits, Entry } from './archive.ts';
import { inspected } from './inspected.ts';
import { readJobArchive } from './job-archive.ts';
import type { JobContent } from './job-archive.ts';

/** Where archives are kept. */
export interface BlobSink {
  add(content: AsyncIterable<Uint8Array> | Uint8Array): Promise<Blob>;
}

export interface TarballLimits {
  readonly release: ArchiveLimits;
  readonly job: ArchiveLimits;
  readonly package: ArchiveLimits;
  /** Bytes of what is read into memory: release.MF and each job's archive. */
  readonly inMemory: number;
}

/** One archive of the tarball, stored. */
export interface StoredArchive {
  readonly blob: Blob;
  readonly sha1: string;
}

export interface StoredJob extends StoredArchive {
  readonly content: JobContent | undefined;
}

/** What a release tarball holds, before anybody asks whether it belongs together. */
export interface Tarball {
  readonly sha256: string;
  /** The text of release.MF. */
  readonly index: string | undefined;
  readonly jobs: ReadonlyMap<string, StoredJob>;
  readonly packages: ReadonlyMap<string, StoredArchive>;
  readonly problems: readonly Problem[];
}

/** Reads a release tarball from front to back, stores its archives and looks into them on the way. */
export async function readTarball(file: string, blobs: BlobSink, limits: TarballLimits): Promise<Tarball> {
  // One handle for both passes, so that both read the same file even when its name changes hands.
  const handle = await open(file);
  try {
    const reader = new TarballReader(blobs, limits);
    const source = handle.createReadStream({ start: 0, autoClose: false });
    const faults = await readArchive(source, limits.release, (path, entry) => reader.visit(path, entry));
    reader.problems.unshift(...faults.map((message) => ({ pointer: '', message })));
    return { ...reader, sha256: await sha256Of(handle) };
  } finally {
    await handle.close();
  }
}

class TarballReader {
  index: string | undefined;
  readonly jobs = new Map<string, StoredJob>();
  readonly packages = new Map<string, StoredArchive>();
  readonly problems: Problem[] = [];
  readonly #blobs: BlobSink;
  readonly #limits: TarballLimits;

  constructor(blobs: BlobSink, limits: TarballLimits) {
    this.#blobs = blobs;
    this.#limits = limits;
  }

  async visit(path: string, entry: Entry): Promise<void> {
    const [, kind, name = ''] = /^(jobs|packages)\/([^/]+)\.tgz$/.exec(path) ?? [];
    if (kind === 'packages') await this.#addPackage(name, entry);
    else if (kind === 'jobs') await this.#addJob(name, entry);
    else if (path === 'release.MF') this.index = (await this.#inMemory(path, entry))?.toString('utf8');
  }

  async #addPackage(name: string, entry: Entry): Promise<void> {
    const { content, faults, sha1 } = inspected(entry as AsyncIterable<Uint8Array>, this.#limits.package);
    const blob = await this.#blobs.add(content);
    for (const message of await faults) this.problems.push({ pointer: jsonPointer(['packages', name]), message });
    this.packages.set(name, { blob, sha1: sha1() });
  }

  async #addJob(name: string, entry: Entry): Promise<void> {
    const archive = await this.#inMemory(`jobs/${name}.tgz`, entry);
    if (archive === undefined) return;
    const { job, problems } = await readJobArchive(name, archive, this.#limits.job);
    this.problems.push(...problems);
    const sha1 = createHash('sha1').update(archive).digest('hex');
    this.jobs.set(name, { blob: await this.#blobs.add(archive), sha1, content: job });
  }

  async #inMemory(path: string, entry: Entry): Promise<Buffer | undefined> {
    if (entry.header.size <= this.#limits.inMemory) return await buffer(entry);
    this.problems.push({ pointer: '', message: `${path} has more than ${this.#limits.inMemory} bytes` });
    return undefined;
  }
}

async function sha256Of(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of handle.createReadStream({ start: 0, autoClose: false })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
