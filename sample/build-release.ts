import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeArchive, type ArchiveFile } from './release/archive.ts';
import { ensureDebs } from './release/debs.ts';
import { debNames, readJobs, readPackages, type ReleasePart } from './release/parts.ts';

const NAME = 'cf-lite';
const VERSION = '1';

export interface BuildOptions {
  /** The folder with `jobs/`, `packages/` and `src/`. Default: `sample/cf-lite`. */
  readonly sources?: string;
  /** Cache root; Debian packages go to `debs/`, the tarball to `releases/`. Default: as for the engine. */
  readonly cache?: string;
  readonly log?: (line: string) => void;
}

/**
 * Builds the sample release and answers the tarball's path. The name carries a digest of what went into it: with
 * unchanged sources an existing tarball is the answer, and nothing is written.
 */
export async function buildRelease(options: BuildOptions = {}): Promise<string> {
  const { sources = join(import.meta.dirname, NAME), cache = defaultCache(), log = () => {} } = options;
  const debs = await ensureDebs(await debNames(sources), join(cache, 'debs'), log);
  const jobs = await readJobs(sources);
  const packages = await readPackages(sources, debs);

  const digest = contentDigest([...jobs, ...packages]);
  const tarball = join(cache, 'releases', `${NAME}-${VERSION}-${digest.slice(0, 12)}.tgz`);
  if (await exists(tarball)) {
    log(`${NAME} is unchanged`);
    return tarball;
  }
  log(`packing ${jobs.length} jobs and ${packages.length} packages`);
  await mkdir(join(cache, 'releases'), { recursive: true });
  await writeRelease(tarball, digest, jobs, packages);
  return tarball;
}

async function writeRelease(
  tarball: string,
  digest: string,
  jobs: readonly ReleasePart[],
  packages: readonly ReleasePart[],
): Promise<void> {
  const work = await mkdtemp(`${tarball}.`);
  try {
    const archives = new Map<ReleasePart, ArchiveFile>();
    for (const part of [...jobs, ...packages]) archives.set(part, await packPart(part, work));
    const describe = (part: ReleasePart) => ({
      name: part.name,
      version: part.fingerprint,
      fingerprint: part.fingerprint,
      sha1: createHash('sha1')
        .update(archives.get(part)?.content ?? '')
        .digest('hex'),
      ...(part.kind === 'packages' && { dependencies: part.dependencies }),
    });
    const manifest = {
      name: NAME,
      version: VERSION,
      commit_hash: digest.slice(0, 8),
      uncommitted_changes: false,
      jobs: jobs.map(describe),
      packages: packages.map(describe),
    };
    const index = { path: 'release.MF', content: Buffer.from(`---\n${stringify(manifest)}`), executable: false };
    // The parts are compressed already.
    await writeArchive(tarball, [index, ...archives.values()], 0);
  } finally {
    await rm(work, { recursive: true });
  }
}

async function packPart(part: ReleasePart, work: string): Promise<ArchiveFile> {
  const file = join(work, `${part.kind}-${part.name}.tgz`);
  await writeArchive(file, part.files, part.files.some(({ path }) => path.endsWith('.deb')) ? 1 : 9);
  return { path: `${part.kind}/${part.name}.tgz`, content: await readFile(file), executable: false };
}

const contentDigest = (parts: readonly ReleasePart[]): string =>
  createHash('sha256')
    .update(parts.map(({ kind, name, fingerprint }) => `${VERSION} ${kind} ${name} ${fingerprint}\n`).join(''))
    .digest('hex');

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const defaultCache = (): string =>
  process.env['DEPLOYMENT_ENGINE_CACHE_DIR'] ??
  (process.getuid?.() === 0 ? '/var/cache/deployment-engine' : join(homedir(), '.cache/deployment-engine'));

if (import.meta.main) {
  if (process.argv.length > 2) {
    console.error('usage: build-release.ts (no arguments; the last line of the output is the path of the tarball)');
    process.exitCode = 2;
  } else {
    console.log(await buildRelease({ log: (line) => console.error(line) }));
  }
}
