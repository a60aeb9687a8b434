import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { byPath, type ArchiveFile } from './archive.ts';

/** A job or a package of the release, ready to be packed. */
export interface ReleasePart {
  readonly kind: 'jobs' | 'packages';
  readonly name: string;
  /** 40 hex digits that change with the content, never with times or owners. */
  readonly fingerprint: string;
  readonly files: readonly ArchiveFile[];
  /** Packages that must be there first; empty for a job. */
  readonly dependencies: readonly string[];
}

interface PackageSpec {
  readonly name: string;
  readonly dependencies: readonly string[];
  /** Folders below `src/`. */
  readonly files: readonly string[];
  /** Debian packages whose files go into `debs/`. */
  readonly debs?: readonly string[];
}

/** Names of the Debian packages that the release's packages ask for. */
export async function debNames(sources: string): Promise<string[]> {
  const specs = await Promise.all((await names(sources, 'packages')).map((name) => packageSpec(sources, name)));
  return [...new Set(specs.flatMap(({ debs = [] }) => debs))].sort();
}

/** Every job as `job.MF`, `monit` and `templates/`, by name. */
export async function readJobs(sources: string): Promise<ReleasePart[]> {
  return Promise.all(
    (await names(sources, 'jobs')).map(async (name) => {
      const files = (await readTree(join(sources, 'jobs', name))).map((file) =>
        file.path === 'spec' ? { ...file, path: 'job.MF' } : file,
      );
      return part('jobs', name, files, []);
    }),
  );
}

/** Every package as `packaging`, its source folders and its `debs/`, by name. */
export async function readPackages(sources: string, debs: ReadonlyMap<string, string>): Promise<ReleasePart[]> {
  return Promise.all(
    (await names(sources, 'packages')).map(async (name) => {
      const spec = await packageSpec(sources, name);
      const files = [
        await readOne(join(sources, 'packages', name, 'packaging'), 'packaging'),
        ...(await Promise.all(spec.files.map((folder) => readTree(join(sources, 'src', folder), `${folder}/`)))).flat(),
        ...(await Promise.all((spec.debs ?? []).map((deb) => readDeb(debs.get(deb), deb)))),
      ];
      return part('packages', name, files, spec.dependencies);
    }),
  );
}

const names = async (sources: string, kind: ReleasePart['kind']): Promise<string[]> =>
  (await readdir(join(sources, kind))).sort();

const packageSpec = async (sources: string, name: string): Promise<PackageSpec> =>
  parse(await readFile(join(sources, 'packages', name, 'spec'), 'utf8')) as PackageSpec;

function part(
  kind: ReleasePart['kind'],
  name: string,
  files: ArchiveFile[],
  dependencies: readonly string[],
): ReleasePart {
  files.sort(byPath);
  const digest = createHash('sha1');
  for (const { path, content, executable } of files) {
    digest.update(`${path} ${executable} ${createHash('sha256').update(content).digest('hex')}\n`);
  }
  digest.update(dependencies.join(' '));
  return { kind, name, fingerprint: digest.digest('hex'), files, dependencies };
}

async function readTree(folder: string, prefix = ''): Promise<ArchiveFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map((path) => readOne(path, prefix + path.slice(folder.length + 1))));
}

async function readOne(file: string, path: string): Promise<ArchiveFile> {
  const [content, { mode }] = await Promise.all([readFile(file), stat(file)]);
  return { path, content, executable: (mode & 0o100) !== 0 };
}

async function readDeb(file: string | undefined, name: string): Promise<ArchiveFile> {
  if (file === undefined) throw new Error(`no file for the Debian package ${name}`);
  return { path: `debs/${basename(file)}`, content: await readFile(file), executable: false };
}
