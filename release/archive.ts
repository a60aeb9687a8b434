import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Extract } from 'tar-stream';
import { entryProblem, pathInside } from './archive-entry.ts';

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

/** What one regular file is given to; whatever it leaves unread is skipped. */
export type Visit = (path: string, content: Entry) => Promise<void>;

/**
 * Reads a gzipped tar from front to back without writing anything to disk.
 * Returns what is wrong with it: entries that lead out are skipped, limits and damage end the reading. Passes on the
 * errors of `source` and of `visit`.
 */
export async function readArchive(source: Readable, limits: ArchiveLimits, visit: Visit): Promise<string[]> {
  const problems: string[] = [];
  const unpacked = extract();
  const feeding = pipeline(source, createGunzip({ chunkSize: CHUNK }), limitTo(limits.total), unpacked).then(
    () => undefined,
    (error: Error) => error,
  );
  const failure = await visitEntries(unpacked, { limits, problems, visit }).then(
    () => undefined,
    (error: Error) => error,
  );
  unpacked.destroy();
  const damage = await feeding;

  if (source.errored) throw source.errored;
  // When the visit fails, the pipeline merely notices that nobody listens any more.
  const isDamaged = damage !== undefined && (damage as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE';
  const reason = isDamaged && !(failure instanceof TooLarge) ? damage : failure;
  if (reason === undefined) return problems;
  if (!isDamaged && !(reason instanceof TooLarge)) throw reason;
  return [...problems, reason instanceof TooLarge ? reason.message : `not a readable tar.gz: ${reason.message}`];
}

interface Reading {
  readonly limits: ArchiveLimits;
  readonly problems: string[];
  readonly visit: Visit;
}

async function visitEntries(unpacked: Extract, { limits, problems, visit }: Reading): Promise<void> {
  const seen = new Set<string>();
  let entries = 0;
  for await (const entry of unpacked) {
    const { name, type, size } = entry.header;
    entries += 1;
    if (entries > limits.entries) throw new TooLarge(`more than ${limits.entries} entries`);
    if (size > limits.entry) throw new TooLarge(`${JSON.stringify(name)} has more than ${limits.entry} bytes`);

    const path = pathInside(name) ?? name;
    const problem =
      entryProblem(entry.header) ?? (seen.has(path) ? `${JSON.stringify(path)} is there twice` : undefined);
    if (problem !== undefined) problems.push(problem);
    else if (type === 'file' || type === 'contiguous-file') await visit(path, entry);
    if (type !== 'directory') seen.add(path);
    entry.resume();
  }
}

/** Passes on so many bytes and no more. */
function limitTo(total: number): Transform {
  let received = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (received > total) done(new TooLarge(`unpacks to more than ${total} bytes`));
      else done(null, chunk);
    },
  });
}

/** Thrown when an archive goes beyond its limits. */
class TooLarge extends Error {}
