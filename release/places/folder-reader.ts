import path from 'node:path';
import type { Problem } from '../../domain/errors.ts';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';
import { ArchiveTaker, type BlobSink } from '../archive/archive-taker.ts';
import type { ReleaseLimits } from '../archive/limits.ts';
import { NotInside, openInside } from '../archive/open-inside.ts';
import type { Kind } from '../index/release-contents.ts';

/** A possible file: its folder, as a real path, and its path inside. */
export interface Candidate {
  readonly folder: string;
  readonly file: string;
}

/** Reads texts and archives from a release's folder; what may not be read becomes a problem. */
export class FolderReader {
  readonly problems: Problem[] = [];
  readonly taker: ArchiveTaker;
  readonly #folder: string;
  readonly #limits: ReleaseLimits;

  /** Takes the folder's real path. */
  constructor(folder: string, blobs: BlobSink, limits: ReleaseLimits) {
    this.#folder = folder;
    this.#limits = limits;
    this.taker = new ArchiveTaker(blobs, limits);
  }

  /** Undefined when the file is not there or may not be read. */
  async text(file: string, pointer = ''): Promise<string | undefined> {
    await using handle = await this.#open({ folder: this.#folder, file }, pointer);
    if (handle === undefined) return undefined;
    const { size } = await handle.stat();
    if (size <= this.#limits.text) return await handle.readFile('utf8');
    this.problems.push({ pointer, message: `${file} has more than ${this.#limits.text} bytes` });
    return undefined;
  }

  /** Takes the first file that exists. */
  async take(kind: Kind, name: string, candidates: readonly Candidate[]): Promise<void> {
    const pointer = jsonPointer([kind, name]);
    for (const candidate of candidates) {
      await using handle = await this.#open(candidate, pointer);
      if (handle === undefined) continue;
      const { size } = await handle.stat();
      const content = handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>;
      await this.taker.take({ kind, name, from: this.#nameOf(candidate), size, content });
      return;
    }
  }

  #open({ folder, file }: Candidate, pointer: string) {
    return openInside(folder, file).catch((error: unknown) => {
      if (!(error instanceof NotInside)) throw error;
      this.problems.push({ pointer, message: error.message });
      return undefined;
    });
  }

  #nameOf = ({ folder, file }: Candidate): string => (folder === this.#folder ? file : path.join(folder, file));
}
