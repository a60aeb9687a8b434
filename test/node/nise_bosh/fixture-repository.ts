import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FixtureJob,
  type FixturePackage,
  jobArchive,
  packageArchive,
  temporaryFolder,
  write,
} from './fixture-release.ts';

export interface FixtureRepository {
  /** Versions of final releases; every release has all packages and jobs. */
  readonly finals?: readonly string[];
  /** Versions of dev releases. */
  readonly devs?: readonly string[];
  readonly packages?: readonly FixturePackage[];
  readonly jobs?: readonly FixtureJob[];
  /** Where release files lie: `flat` as releases/NAME-VERSION.yml, `named` as releases/NAME/NAME-VERSION.yml. */
  readonly layout?: 'flat' | 'named';
}

interface Build {
  readonly name: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly sha1: string;
}

/** A release repository named `assets` as `bosh create release` leaves it; builds have version 3 and are final. */
export function repository(wanted: FixtureRepository): string {
  const { finals = [], devs = [], packages = [], jobs = [], layout = 'flat' } = wanted;
  const folder = temporaryFolder();
  const builds = {
    packages: packages.map((each) => ({
      ...build(folder, 'packages', each.name, each.fingerprint, (file) => packageArchive(file, each)),
      dependencies: each.dependencies ?? [],
    })),
    jobs: jobs.map((each) => build(folder, 'jobs', each.name, `${each.name}f00d`, (file) => jobArchive(file, each))),
  };
  write(join(folder, 'config/final.yml'), 'final_name: assets\n');
  write(join(folder, 'config/dev.yml'), 'dev_name: assets\n');
  for (const [kind, versions] of Object.entries({ releases: finals, dev_releases: devs })) {
    const place = layout === 'flat' ? join(folder, kind) : join(folder, kind, 'assets');
    if (versions.length > 0) write(join(place, 'index.yml'), JSON.stringify({ builds: numbered(versions) }));
    for (const version of versions)
      write(join(place, `assets-${version}.yml`), JSON.stringify({ name: 'assets', version, ...builds }));
  }
  return folder;
}

export const buildPath = (folder: string, kind: 'jobs' | 'packages', name: string): string =>
  join(folder, '.final_builds', kind, name, '3.tgz');

function build(
  folder: string,
  kind: 'jobs' | 'packages',
  name: string,
  fingerprint: string,
  make: (file: string) => void,
): Build {
  const file = buildPath(folder, kind, name);
  make(file);
  const sha1 = createHash('sha1').update(readFileSync(file)).digest('hex');
  const builds = { [fingerprint]: { version: 3, sha1, blobstore_id: `object-of-${name}` } };
  write(join(file, '../index.yml'), JSON.stringify({ builds }));
  return { name, version: '3', fingerprint, sha1 };
}

const numbered = (versions: readonly string[]) =>
  Object.fromEntries(versions.map((version, position) => [`fingerprint${position}`, { version }]));
