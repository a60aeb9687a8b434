import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { followLinks } from '../release/archive/archive-links.ts';
import { readArchive } from '../release/archive/archive.ts';
import { LIMITS } from '../release/archive/limits.ts';
import type { FileContent, JobTexts } from './sandbox/dry-render-protocol.ts';

/** The files of a job's archive, links among them followed. Throws for an archive that is damaged. */
export async function readJobTexts(archive: Uint8Array): Promise<JobTexts> {
  const texts = new Map<string, FileContent>();
  const links = new Map<string, string>();
  const faults = await readArchive(chunked(archive), LIMITS.job, {
    file: async (path, content) => void texts.set(path, contentOf(await buffer(content))),
    link: (path, target, type) =>
      void links.set(path, type === 'link' ? posix.relative(posix.dirname(path), target) : target),
  });
  if (faults.length > 0) throw new Error(`A job's archive is damaged: ${faults.join('; ')}`);
  for (const path of links.keys()) {
    const text = texts.get(followLinks(path, links) ?? '');
    if (text !== undefined) texts.set(path, text);
  }
  return Object.fromEntries(texts);
}

const contentOf = (bytes: Buffer): FileContent =>
  isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };

async function* chunked(archive: Uint8Array): AsyncIterable<Uint8Array> {
  yield archive;
}
