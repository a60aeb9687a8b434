import { createHash } from 'node:crypto';
import { packagesOf } from '../domain/closure.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { Release } from '../domain/release.ts';
import { visibleProperties } from '../domain/visible-properties.ts';
import type { ReleaseVersion } from '../domain/versions/version.ts';

/** All that decides what an instance's files look like. */
export interface InstanceInputs {
  readonly manifest: Manifest;
  /** `spec.index`. */
  readonly index: number;
  readonly release: Pick<Release, 'jobs' | 'packages'>;
  readonly version: Pick<ReleaseVersion, 'reads'>;
  /** Changes with our own renderer. */
  readonly niseBoshDigest: string;
}

/**
 * sha256 of an instance's inputs: the same text means that nothing of it has to change on the node. Of the manifest
 * only what the instance's jobs can read counts.
 */
export function instanceFingerprint({ manifest, index, release, version, niseBoshDigest }: InstanceInputs): string {
  const jobs = manifest.jobs.flatMap(({ template }) => template);
  const inputs = {
    manifest: { ...manifest, properties: visibleProperties(manifest.properties, jobs, release, version) },
    index,
    jobs: jobs.map((name) => [name, release.jobs[name]?.fingerprint]),
    packages: packagesOf(release, jobs).map((name) => [name, release.packages[name]?.fingerprint]),
    niseBoshDigest,
  };
  return createHash('sha256').update(canonicalJson(inputs)).digest('hex');
}

/** JSON whose keys are sorted, so that equal values have one spelling. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
