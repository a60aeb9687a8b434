import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeArchive, type ArchiveFile } from './archive.ts';
import type { ReleasePart } from './parts.ts';

export interface SampleRelease {
  readonly name: string;
  readonly version: string;
  readonly jobs: readonly ReleasePart[];
  readonly packages: readonly ReleasePart[];
}

/** Hex digits that change with every packed file. */
export const contentDigest = ({ version, jobs, packages }: SampleRelease): string =>
  createHash('sha256')
    .update(
      [...jobs, ...packages]
        .map(({ kind, name, fingerprint }) => `${version} ${kind} ${name} ${fingerprint}\n`)
        .join(''),
    )
    .digest('hex');

/** Writes a BOSH release tarball; `digest` is that of its content. */
export async function writeRelease(tarball: string, digest: string, release: SampleRelease): Promise<void> {
  const { name, version, jobs, packages } = release;
  const work = await mkdtemp(`${tarball}.`);
  try {
    const archives = new Map<ReleasePart, ArchiveFile>();
    for (const part of [...jobs, ...packages]) archives.set(part, await packPart(part, work));
    const describe = (part: ReleasePart) => ({
      name: part.name,
      version: part.fingerprint,
      fingerprint: part.fingerprint,
      sha1: createHash('sha1')
        .update(archives.get(part)?.content ?? '')
        .digest('hex'),
      ...(part.kind === 'packages' && { dependencies: part.dependencies }),
    });
    const manifest = {
      name,
      version,
      commit_hash: digest.slice(0, 8),
      uncommitted_changes: false,
      jobs: jobs.map(describe),
      packages: packages.map(describe),
    };
    const index = { path: 'release.MF', content: Buffer.from(`---\n${stringify(manifest)}`), executable: false };
    // The parts are compressed already.
    await writeArchive(tarball, [index, ...archives.values()], 0);
  } finally {
    await rm(work, { recursive: true });
  }
}

async function packPart(part: ReleasePart, work: string): Promise<ArchiveFile> {
  const file = join(work, `${part.kind}-${part.name}.tgz`);
  await writeArchive(file, part.files, part.files.some(({ path }) => path.endsWith('.deb')) ? 1 : 9);
  return { path: `${part.kind}/${part.name}.tgz`, content: await readFile(file), executable: false };
}
