import { stringify } from 'yaml';
import type { Release, ReleaseJob, ReleasePackage } from '../domain/release.ts';

/** The text of a `release.MF` that names only these jobs and packages, as a node gets it. */
export const releaseManifest = (
  { name, version }: Pick<Release, 'name' | 'version'>,
  jobs: readonly ReleaseJob[],
  packages: readonly ReleasePackage[],
): string =>
  stringify(
    {
      name,
      version,
      jobs: jobs.map((job) => ({ name: job.name, version: job.fingerprint, fingerprint: job.fingerprint })),
      packages: packages.map((each) => ({
        name: each.name,
        version: each.fingerprint,
        fingerprint: each.fingerprint,
        dependencies: each.dependencies,
      })),
    },
    // Ruby's parser reads YAML 1.1: an all-digit fingerprint must not become a number.
    { version: '1.1', defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  );
