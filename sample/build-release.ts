import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Command, Option } from 'commander';
import { ignoreClosedReaders } from '../domain/closed-readers.ts';
import { ensureDebs } from './release/debs.ts';
import { debNames, readJobs, readPackages } from './release/parts.ts';
import { COMMON_VERSION, readSampleSources, SAMPLE_VERSIONS, type SampleVersion } from './release/sample-version.ts';
import { contentDigest, type SampleRelease, writeRelease } from './release/write-release.ts';

const NAME = 'cf-lite';

export interface BuildOptions {
  /** Default: 170. */
  readonly version?: SampleVersion;
  /** The folder with `jobs/`, `packages/`, `src/` and `variants/`. Default: `sample/cf-lite`. */
  readonly sources?: string;
  /** Cache root; Debian packages go to `debs/`, the tarball to `releases/`. Default: as for the engine. */
  readonly cache?: string;
  readonly log?: (line: string) => void;
}

/**
 * Builds the sample release and returns the tarball's path. The name has a digest of the sources: if they are unchanged, the
 * existing tarball is returned and nothing is written.
 */
export async function buildRelease(options: BuildOptions = {}): Promise<string> {
  const { version = COMMON_VERSION, cache = defaultCache(), log = () => {} } = options;
  const tree = await readSampleSources(options.sources ?? join(import.meta.dirname, NAME), version);
  const debs = await ensureDebs(debNames(tree), join(cache, 'debs'), log);
  const release: SampleRelease = {
    name: NAME,
    version,
    jobs: readJobs(tree),
    packages: await readPackages(tree, debs),
  };

  const digest = contentDigest(release);
  const tarball = join(cache, 'releases', `${NAME}-${version}-${digest.slice(0, 12)}.tgz`);
  if (await exists(tarball)) {
    log(`${NAME} ${version} is unchanged`);
    return tarball;
  }
  log(`packing ${release.jobs.length} jobs and ${release.packages.length} packages of ${NAME} ${version}`);
  await mkdir(join(cache, 'releases'), { recursive: true });
  await writeRelease(tarball, digest, release);
  return tarball;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const defaultCache = (): string =>
  process.env['DEPLOYMENT_ENGINE_CACHE_DIR'] ??
  (process.getuid?.() === 0 ? '/var/cache/deployment-engine' : join(homedir(), '.cache/deployment-engine'));

if (import.meta.main) {
  ignoreClosedReaders(process);
  const { version } = new Command('build-release.ts')
    .description('Builds the sample release; the last line of the output is the path of the tarball.')
    .addOption(new Option('--version <number>', 'like cf-release').choices(SAMPLE_VERSIONS).default(COMMON_VERSION))
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse()
    .opts<{ version: SampleVersion }>();
  console.log(await buildRelease({ version, log: (line) => console.error(line) }));
}
