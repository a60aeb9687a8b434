import { InputError } from '../../domain/errors.ts';
import { refuseRelease } from '../../domain/release/closure.ts';
import { packageOrder } from '../../domain/release/package-order.ts';
import type { Blob, Release } from '../../domain/release/release.ts';
import { contentDigest } from './content-digest.ts';
import { type Allowed, indexMismatches } from './index-mismatches.ts';
import { packageFingerprints } from './package-fingerprints.ts';
import type { ReleaseContents, StoredArchive } from './release-contents.ts';
import type { IndexEntry, ReleaseIndex } from './release-index.ts';

/** Stands for a package archive that is missing. */
const NO_ARCHIVE: Blob = { sha256: '', size: 0 };

/**
 * Joins the index with the archives.
 * Throws InvalidRelease with all problems of the contents and all mismatches, or PackageCycle.
 */
export function assembleRelease(contents: ReleaseContents, allowed: Allowed): Release {
  const { index } = contents;
  if (index === undefined) throw new InputError('InvalidRelease', contents.problems);
  const dependencies = Object.fromEntries(index.packages.map((entry) => [entry.name, entry]));
  const asking = Object.keys(dependencies).map((name) => ({ pointer: `/packages/${name}`, packages: [name] }));
  const { order, lacking, cycles } = packageOrder(dependencies, asking);
  refuseRelease([...contents.problems, ...indexMismatches(index, contents, allowed), ...lacking], cycles);

  const parts = {
    name: index.name,
    version: index.version,
    jobs: jobsOf(index, contents),
    packages: packagesOf(index, contents, order),
  };
  return { ...parts, sha256: contents.sha256 ?? contentDigest(parts) };
}

const jobsOf = (index: ReleaseIndex, { jobs }: ReleaseContents): Release['jobs'] =>
  Object.fromEntries(
    index.jobs.flatMap((entry) => {
      const stored = jobs.get(entry.name);
      if (stored?.content === undefined) return [];
      const fingerprint = contentFingerprint(entry, stored);
      return [[entry.name, { ...identity(entry, fingerprint), archive: stored.blob, ...stored.content }]];
    }),
  );

function packagesOf(index: ReleaseIndex, { packages }: ReleaseContents, order: readonly string[]): Release['packages'] {
  const rank = new Map(order.map((name, place) => [name, place]));
  const inOrder = index.packages
    .map((entry) => ({ ...entry, content: contentFingerprint(entry, packages.get(entry.name)) }))
    .toSorted((one, other) => (rank.get(one.name) ?? 0) - (rank.get(other.name) ?? 0));
  const fingerprints = packageFingerprints(inOrder);
  return Object.fromEntries(
    index.packages.map((entry) => {
      const archive = packages.get(entry.name)?.blob ?? NO_ARCHIVE;
      const fingerprint = fingerprints.get(entry.name) ?? '';
      return [entry.name, { ...identity(entry, fingerprint), archive, dependencies: entry.dependencies }];
    }),
  );
}

const identity = ({ name, version }: IndexEntry, fingerprint: string) => ({
  name,
  version: version ?? fingerprint,
  fingerprint,
});

/** Old indexes have no fingerprints; a checksum changes with the content too. */
const contentFingerprint = ({ fingerprint, sha1 }: IndexEntry, stored: StoredArchive | undefined): string =>
  fingerprint ?? sha1 ?? stored?.blob.sha256 ?? '';
