import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { byPath, type ArchiveFile } from './archive.ts';
import { filesBelow, type SourceTree } from './source-tree.ts';

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
export function debNames(tree: SourceTree): string[] {
  const specs = namesOf(tree, 'packages').map((name) => packageSpec(tree, name));
  return [...new Set(specs.flatMap(({ debs = [] }) => debs))].sort();
}

/** Every job as `job.MF`, `monit` and `templates/`, by name. */
export const readJobs = (tree: SourceTree): ReleasePart[] =>
  namesOf(tree, 'jobs').map((name) => {
    const files = filesBelow(tree, `jobs/${name}`);
    return part(
      'jobs',
      name,
      files.map((file) => (file.path === 'spec' ? { ...file, path: 'job.MF' } : file)),
    );
  });

/** Every package as `packaging`, its source folders and its `debs/`, by name. */
export const readPackages = (tree: SourceTree, debs: ReadonlyMap<string, string>): Promise<ReleasePart[]> =>
  Promise.all(
    namesOf(tree, 'packages').map(async (name) => {
      const spec = packageSpec(tree, name);
      const sources = spec.files.flatMap((folder) =>
        filesBelow(tree, `src/${folder}`).map((file) => ({ ...file, path: `${folder}/${file.path}` })),
      );
      const packaging = filesBelow(tree, `packages/${name}`).filter(({ path }) => path === 'packaging');
      const unpacked = await Promise.all((spec.debs ?? []).map((deb) => readDeb(debs.get(deb), deb)));
      return part('packages', name, [...packaging, ...sources, ...unpacked], spec.dependencies);
    }),
  );

const namesOf = (tree: SourceTree, kind: ReleasePart['kind']): string[] =>
  [...new Set(filesBelow(tree, kind).map(({ path }) => path.split('/', 1)[0] ?? ''))].sort();

const packageSpec = (tree: SourceTree, name: string): PackageSpec =>
  parse(String(tree.get(`packages/${name}/spec`)?.content)) as PackageSpec;

function part(
  kind: ReleasePart['kind'],
  name: string,
  unsorted: readonly ArchiveFile[],
  dependencies: readonly string[] = [],
): ReleasePart {
  const files = unsorted.toSorted(byPath);
  const digest = createHash('sha1');
  for (const { path, content, executable } of files) {
    digest.update(`${path} ${executable} ${createHash('sha256').update(content).digest('hex')}\n`);
  }
  digest.update(dependencies.join(' '));
  return { kind, name, fingerprint: digest.digest('hex'), files, dependencies };
}

async function readDeb(file: string | undefined, name: string): Promise<ArchiveFile> {
  if (file === undefined) throw new Error(`no file for the Debian package ${name}`);
  return { path: `debs/${basename(file)}`, content: await readFile(file), executable: false };
}
