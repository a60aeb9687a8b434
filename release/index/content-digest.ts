import { createHash } from 'node:crypto';
import type { Release } from '../../domain/release/release.ts';

type Part = Omit<Release, 'sha256'>;

/**
 * Stands for the sha256 of a release that did not come in one file: over its name and version, and of every job and
 * package, in the order of their names, the name, version, fingerprint and sha256 of the archive.
 */
export function contentDigest({ name, version, jobs, packages }: Part): string {
  const lines = [['release', name, version], ...partsOf('job', jobs), ...partsOf('package', packages)];
  return createHash('sha256')
    .update(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    .digest('hex');
}

const partsOf = (kind: string, parts: Part['jobs'] | Part['packages']): string[][] =>
  Object.values(parts)
    .map(({ name, version, fingerprint, archive }) => [kind, name, version, fingerprint, archive.sha256])
    .toSorted((one, other) => ((one[1] ?? '') < (other[1] ?? '') ? -1 : 1));
