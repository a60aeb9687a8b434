import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { type ArchiveLimits, readArchive } from './archive.ts';

/** An archive that is checked while it is consumed; the results are known once `content` is consumed. */
export interface Inspected {
  readonly content: AsyncIterable<Uint8Array>;
  readonly faults: Promise<string[]>;
  sha1(): string;
}

/** Inspects an archive while it is consumed, at the consumer's pace. */
export function inspected(source: AsyncIterable<Uint8Array>, limits: ArchiveLimits): Inspected {
  const copy = new PassThrough();
  const hash = createHash('sha1');
  return {
    content: passOn(source, copy, (chunk) => hash.update(chunk)),
    faults: readArchive(copy, limits, { file: async () => undefined }),
    sha1: () => hash.digest('hex'),
  };
}

async function* passOn(
  source: AsyncIterable<Uint8Array>,
  copy: PassThrough,
  note: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) {
      note(chunk);
      // An inspection that has seen enough destroys its copy; the consumer continues.
      if (!copy.destroyed && !copy.write(chunk)) await readyForMore(copy);
      yield chunk;
    }
  } finally {
    copy.end();
  }
}

const readyForMore = (copy: PassThrough): Promise<void> =>
  new Promise((resolve) => {
    const settle = (): void => {
      copy.off('drain', settle).off('close', settle);
      resolve();
    };
    copy.on('drain', settle).on('close', settle);
  });
