import { stringify } from 'yaml';
import type { Release } from '../domain/release/release.ts';

/**
 * The text of the release's `release.MF`, the same on every node although they have different archives: a node that builds for
 * others needs to know their packages too.
 */
export const releaseManifest = ({ name, version, jobs, packages }: Omit<Release, 'sha256'>): string =>
  stringify(
    {
      name,
      version,
      jobs: Object.values(jobs).map((job) => ({
        name: job.name,
        version: job.version,
        fingerprint: job.fingerprint,
      })),
      packages: Object.values(packages).map((each) => ({
        name: each.name,
        version: each.version,
        fingerprint: each.fingerprint,
        dependencies: each.dependencies,
      })),
    },
    // Ruby's parser reads YAML 1.1: a version of only digits must stay text.
    { version: '1.1', defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  );
