import type { Problem } from '../domain/errors.ts';
import type { Blob, Release, ReleaseJob, ReleasePackage } from '../domain/release.ts';
import { jsonPointer } from '../domain/schemas/json-pointer.ts';
import type { IndexEntry, ReleaseIndex } from './release-index.ts';
import type { StoredArchive, Tarball } from './tarball.ts';

/** In the place of a package archive that is not there. */
const NO_ARCHIVE: Blob = { sha256: '', size: 0 };

/** Joins the index with the archives; what does not fit goes into `problems`. */
export function assembleRelease(
  index: ReleaseIndex,
  { sha256, jobs, packages }: Omit<Tarball, 'index' | 'problems'>,
  { allowMissingPackages, problems }: { readonly allowMissingPackages: boolean; readonly problems: Problem[] },
): Release {
  const packageNames = new Set(index.packages.map(({ name }) => name));
  problems.push(...repeated('jobs', index.jobs), ...repeated('packages', index.packages));
  return {
    name: index.name,
    version: index.version,
    sha256,
    jobs: Object.fromEntries(index.jobs.flatMap((entry) => jobOf(entry))),
    packages: Object.fromEntries(index.packages.map((entry) => [entry.name, packageOf(entry)])),
  };

  function jobOf(entry: IndexEntry): [string, ReleaseJob][] {
    const pointer = jsonPointer(['jobs', entry.name]);
    const stored = jobs.get(entry.name);
    checkArchive(entry, stored, pointer);
    if (stored?.content === undefined) return [];
    for (const name of stored.content.packages)
      if (!packageNames.has(name))
        problems.push({ pointer, message: `needs package ${name}, which the release lacks` });
    const { blob: archive, content } = stored;
    return [[entry.name, { name: entry.name, fingerprint: fingerprintOf(entry, archive), archive, ...content }]];
  }

  function packageOf(entry: IndexEntry): ReleasePackage {
    const pointer = jsonPointer(['packages', entry.name]);
    const stored = packages.get(entry.name);
    if (stored !== undefined || !allowMissingPackages) checkArchive(entry, stored, pointer);
    for (const name of entry.dependencies)
      if (!packageNames.has(name))
        problems.push({ pointer, message: `needs package ${name}, which the release lacks` });
    const archive = stored?.blob ?? NO_ARCHIVE;
    const { name, dependencies } = entry;
    return { name, fingerprint: fingerprintOf(entry, archive), archive, dependencies };
  }

  function checkArchive({ name, sha1 }: IndexEntry, stored: StoredArchive | undefined, pointer: string): void {
    if (stored === undefined) problems.push({ pointer, message: `${pointer.slice(1)}.tgz is not in the release` });
    else if (sha1 && sha1 !== stored.sha1)
      problems.push({ pointer, message: `the archive of ${name} has sha1 ${stored.sha1}, the index says ${sha1}` });
  }
}

/** Old indexes know no fingerprints; a checksum changes with the content as well. */
const fingerprintOf = ({ fingerprint, sha1 }: IndexEntry, archive: Blob): string =>
  fingerprint ?? sha1 ?? archive.sha256;

const repeated = (kind: string, entries: readonly IndexEntry[]): Problem[] =>
  entries
    .filter(({ name }, place) => entries.findIndex((other) => other.name === name) !== place)
    .map(({ name }) => ({ pointer: jsonPointer([kind, name]), message: 'is in the index twice' }));
