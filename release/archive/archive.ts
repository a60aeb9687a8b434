import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Extract } from 'tar-stream';
import { limitTo, TooLarge } from '../limit-bytes.ts';
import { entryProblem, pathInside } from './archive-entry.ts';
import { linkProblems } from './archive-links.ts';

/** How much an archive may unpack to. */
export interface ArchiveLimits {
  readonly entries: number;
  /** Bytes of one entry. */
  readonly entry: number;
  /** Bytes of the whole archive, unpacked. */
  readonly total: number;
}

/** Bytes at a time; zlib's default makes large packages several times slower. */
const CHUNK = 256 * 1024;

/** A file of the archive, read or skipped before the next one shows. */
export type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

export interface Visitor {
  /** Gets each regular file; what it leaves unread is skipped. */
  file(path: string, content: Entry): Promise<void>;
  /** Gets each link: a symbolic one is relative to its own folder, a hard one to the archive's root. */
  link?(path: string, target: string, type: 'symlink' | 'link'): void;
}

/**
 * Reads a gzipped tar from front to back without writing anything to disk.
 * Returns what is wrong with it: entries that point outside are skipped, limits and damage end the reading. Passes on the
 * errors of `source` and of the visitor.
 */
export async function readArchive(
  source: AsyncIterable<Uint8Array>,
  limits: ArchiveLimits,
  visitor: Visitor,
): Promise<string[]> {
  const problems: string[] = [];
  const unpacked = extract();
  const original = watched(source);
  const feeding = pipeline(original.content, createGunzip({ chunkSize: CHUNK }), limitTo(limits.total), unpacked).then(
    () => undefined,
    (error: Error) => error,
  );
  const failure = await visitEntries(unpacked, { limits, problems, visitor }).then(
    () => undefined,
    (error: Error) => error,
  );
  unpacked.destroy();
  const damage = await feeding;

  if (original.failure() !== undefined) throw original.failure();
  // When the visitor fails, the pipeline only sees that its reader is gone.
  const isDamaged = damage !== undefined && (damage as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE';
  const reason = isDamaged && !(failure instanceof TooLarge) ? damage : failure;
  if (reason === undefined) return problems;
  if (!isDamaged && !(reason instanceof TooLarge)) throw reason;
  return [...problems, reason instanceof TooLarge ? reason.message : `not a readable tar.gz: ${reason.message}`];
}

/** The pipeline destroys the source with foreign errors too, so the source's own are recorded at the source. */
function watched(source: AsyncIterable<Uint8Array>) {
  let failure: unknown;
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) yield chunk;
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  return { content, failure: () => failure };
}

interface Reading {
  readonly limits: ArchiveLimits;
  readonly problems: string[];
  readonly visitor: Visitor;
}

async function visitEntries(unpacked: Extract, { limits, problems, visitor }: Reading): Promise<void> {
  const seen = new Set<string>();
  const links = new Map<string, string>();
  let entries = 0;
  for await (const entry of unpacked) {
    const { name, type, size, linkname } = entry.header;
    entries += 1;
    if (entries > limits.entries) throw new TooLarge(`more than ${limits.entries} entries`);
    if (size > limits.entry) throw new TooLarge(`${JSON.stringify(name)} has more than ${limits.entry} bytes`);

    const path = pathInside(name) ?? name;
    const problem =
      entryProblem(entry.header) ?? (seen.has(path) ? `${JSON.stringify(path)} is there twice` : undefined);
    if (problem !== undefined) problems.push(problem);
    else if (type === 'file' || type === 'contiguous-file') await visitor.file(path, entry);
    else if (type === 'symlink' || type === 'link') visitor.link?.(path, linkname ?? '', type);
    if (problem === undefined && type === 'symlink') links.set(path, linkname ?? '');
    if (type !== 'directory') seen.add(path);
    entry.resume();
  }
  problems.push(...linkProblems(links, seen));
}
