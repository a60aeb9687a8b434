import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Problem } from '../../domain/errors.ts';
import type { Blob } from '../../domain/release/release.ts';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';
import type { Kind, StoredArchive, StoredJob } from '../index/release-contents.ts';
import { inspected } from './inspected.ts';
import { readJobArchive } from './job-archive.ts';
import type { ReleaseLimits } from './limits.ts';

/** The store of archives. */
export interface BlobSink {
  add(content: AsyncIterable<Uint8Array> | Uint8Array): Promise<Blob>;
}

/** An archive that is being read. */
export interface Arriving {
  readonly kind: Kind;
  readonly name: string;
  /** Its path, for messages. */
  readonly from: string;
  /** Bytes. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Stores the archives of a release and inspects them at the same time. */
export class ArchiveTaker {
  readonly jobs = new Map<string, StoredJob>();
  readonly packages = new Map<string, StoredArchive>();
  readonly problems: Problem[] = [];
  readonly #blobs: BlobSink;
  readonly #limits: ReleaseLimits;

  constructor(blobs: BlobSink, limits: ReleaseLimits) {
    this.#blobs = blobs;
    this.#limits = limits;
  }

  take(archive: Arriving): Promise<void> {
    return archive.kind === 'jobs' ? this.#takeJob(archive) : this.#takePackage(archive);
  }

  async #takePackage({ name, from, content: source }: Arriving): Promise<void> {
    const { content, faults, sha1 } = inspected(source, this.#limits.package);
    const blob = await this.#blobs.add(content);
    for (const message of await faults) this.problems.push({ pointer: jsonPointer(['packages', name]), message });
    this.packages.set(name, { blob, sha1: sha1(), from });
  }

  async #takeJob({ name, from, size, content }: Arriving): Promise<void> {
    const most = this.#limits.jobArchive;
    if (size > most) {
      this.problems.push({ pointer: jsonPointer(['jobs', name]), message: `${from} has more than ${most} bytes` });
      return;
    }
    const archive = await buffer(content);
    const { job, problems } = await readJobArchive(name, archive, this.#limits);
    this.problems.push(...problems);
    const sha1 = createHash('sha1').update(archive).digest('hex');
    this.jobs.set(name, { blob: await this.#blobs.add(archive), sha1, from, content: job });
  }
}
