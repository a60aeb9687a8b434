import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import type { Release } from '../domain/release/release.ts';
import { sha256Of } from '../release/archive/sha256-of.ts';
import { keepFile, readKept, sealed, unsealed } from './kept-file.ts';
import type { JobTexts } from './sandbox/dry-render-protocol.ts';

/** A release, and what its jobs' archives hold, by the jobs' names. */
export interface ReadRelease {
  readonly release: Release;
  readonly texts: Readonly<Record<string, JobTexts>>;
}

/** The last tarball's. */
interface Kept extends ReadRelease {
  /** Bytes of the tarball. */
  readonly size: number;
}

/** In the engine's cache. */
export const keptReleaseFile = (cacheDir: string): string => path.join(cacheDir, 'rendering', 'release');

/**
 * Reads a release of which packages may be missing. `keptIn`: what was read last, which is read no more while the tarball
 * and the code that reads it stay the same. Throws what `readRelease` throws.
 */
export async function readForRendering(given: string, keptIn: string): Promise<ReadRelease> {
  const key = digestOfReaders();
  const known = await knownRelease(given, key, keptIn);
  if (known !== undefined) return known;
  // Only now, as it takes longer to load than what is kept.
  const { readAnew } = await import('./read-anew.ts');
  const { place, ...read } = await readAnew(given);
  if (place.kind === 'tarball') {
    const { size } = await stat(place.file);
    await keepFile(keptIn, sealed(key, serialize({ ...read, size } satisfies Kept)));
  }
  return read;
}

async function knownRelease(given: string, key: string, keptIn: string): Promise<ReadRelease | undefined> {
  const kept = await readKept(keptIn);
  const content = kept && unsealed(key, kept);
  if (content === undefined) return undefined;
  const { size, release, texts } = deserialize(content) as Kept;
  const found = await stat(given).catch(() => undefined);
  if (!found?.isFile() || found.size !== size || (await sha256Of(createReadStream(given))) !== release.sha256)
    return undefined;
  return { release: { ...release, from: await realpath(given) }, texts };
}

const ROOT = path.join(import.meta.dirname, '..');

/** Whatever reads releases. */
const FOLDERS = ['release', 'domain/release'];
const FILES = [
  ...['job-texts', 'read-anew', 'read-for-rendering'].map((name) => `rendering/${name}.ts`),
  ...['tar-stream', 'yaml', 'zod'].map((name) => `node_modules/${name}/package.json`),
];

function digestOfReaders(): string {
  const hash = createHash('sha256').update(process.version);
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .toSorted()
      .map((file) => path.join(folder, file)),
  );
  for (const file of [...below, ...FILES]) hash.update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex');
}
