import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeArchive } from '../../sample/release/archive.ts';
import { readJobs } from '../../sample/release/parts.ts';
import type { SampleVersion } from '../../sample/release/sample-version.ts';
import { filesBelow } from '../../sample/release/source-tree.ts';
import { TREES } from './cf-lite-variants.ts';
import { run } from './run-ruby.ts';

/** Writes a tarball of a version's jobs without its packages into the folder, enough for rendering; gives its path. */
export async function writeSampleJobs(number: SampleVersion, folder: string): Promise<string> {
  const tree = TREES.get(number) ?? new Map();
  const jobs = readJobs(tree);
  const packages = [...new Set(filesBelow(tree, 'packages').map(({ path }) => path.split('/', 1)[0] ?? ''))];
  const release = join(folder, 'release');
  await mkdir(join(release, 'jobs'), { recursive: true });
  for (const { name, files } of jobs) await writeArchive(join(release, 'jobs', `${name}.tgz`), files);
  const listed = jobs.map(({ name, fingerprint }) => ({ name, version: fingerprint, fingerprint }));
  await writeFile(
    join(release, 'release.MF'),
    stringify({
      name: 'cf-lite',
      version: number,
      jobs: listed,
      packages: packages.map((each) => ({ name: each, version: '1', fingerprint: each })),
    }),
  );
  await run('tar', ['-czf', `${release}.tgz`, '-C', release, '.']);
  return `${release}.tgz`;
}
