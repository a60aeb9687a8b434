import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { base64, digest, natsJob, sourcePackage, temporaryFolder } from './release-tarball.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder of real files, there until the test ends. */
export async function writeFolder(files: Files): Promise<string> {
  const folder = await temporaryFolder();
  await addFiles(folder, files);
  return folder;
}

export async function addFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** One build of a job or package, as an index has it. */
export interface FixtureBuild {
  readonly kind: 'jobs' | 'packages';
  readonly name: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly object: string;
  readonly archive: Uint8Array;
  readonly dependencies?: string;
}

/** Builds as in v160 and v170: versions are numbers. */
export const numberedBuilds = async (): Promise<FixtureBuild[]> => [
  build({ kind: 'jobs', name: 'nats', version: '24', archive: await natsJob() }),
  build({ kind: 'packages', name: 'golang1.3', version: '6', archive: await sourcePackage() }),
  build({
    kind: 'packages',
    name: 'gnatsd',
    version: '5',
    archive: await sourcePackage('go build\n'),
    dependencies: '[golang1.3]',
  }),
];

/** Builds as in v194: versions are fingerprints. */
export const fingerprintBuilds = async (): Promise<FixtureBuild[]> =>
  (await numberedBuilds()).map((one) => ({ ...one, version: one.fingerprint }));

const build = (parts: Omit<FixtureBuild, 'fingerprint' | 'object'>): FixtureBuild => ({
  ...parts,
  fingerprint: digest('sha1', Buffer.from(parts.name)),
  object: `rest/objects/${parts.name.replace('.', '')}-0815`,
});

/** The indexes of a checkout as BOSH writes them, with base64 scalars and keys; no archive. */
export function checkout(builds: readonly FixtureBuild[], version = '170'): Record<string, string> {
  const files: Record<string, string> = {
    'config/final.yml':
      'final_name: cf\nblobstore:\n  provider: s3\n  options:\n    bucket_name: fake-bucket\n    secret_access_key: NOT-A-KEY\n',
    [`releases/cf-${version}.yml`]: [
      'packages:',
      ...builds.filter(({ kind }) => kind === 'packages').map(entryText),
      'jobs:',
      ...builds.filter(({ kind }) => kind === 'jobs').map(entryText),
      `name: cf\nversion: ${version}\n`,
    ].join('\n'),
    'releases/index.yml': `builds:\n  0815:\n    version: ${version}\n`,
  };
  for (const each of builds) files[`.final_builds/${each.kind}/${each.name}/index.yml`] = buildsText(each);
  return files;
}

const entryText = ({ name, version, fingerprint, archive, dependencies = '[]' }: FixtureBuild): string =>
  [
    `- name: ${name}`,
    `  version: ${version === fingerprint ? base64(version) : version}`,
    `  sha1: ${base64(digest('sha1', archive))}`,
    `  fingerprint: ${base64(fingerprint)}`,
    `  dependencies: ${dependencies}`,
  ].join('\n');

const buildsText = ({ version, fingerprint, object, archive }: FixtureBuild): string =>
  [
    'builds:',
    `  cb77f0a66f3f5516862585d8b9e195a8ff3709ce: {blobstore_id: older, version: 1, sha1: ''}`,
    `  !binary "${Buffer.from(fingerprint).toString('base64')}":`,
    `    blobstore_id: ${object}`,
    `    version: ${version}`,
    `    sha1: ${digest('sha1', archive)}`,
    '',
  ].join('\n');
