import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Layout } from '../layout.ts';
import { runProgram } from '../run-program.ts';
import type { Deb } from './apt-download.ts';
import { withSigningKey } from './signing-key.ts';
import type { Wish } from './wish.ts';

/** Describes a published repository, to see later, without reading its packages, that it is still complete. */
export interface Publication {
  /** The directory that the repository's link points to. */
  readonly directory: string;
  /** Every file with its size in bytes. */
  readonly files: Readonly<Record<string, number>>;
}

/** Publishes a signed flat repository of these packages; readers see the old one or the new one, never a mixture. */
export async function publishRepository(
  layout: Layout,
  wish: Wish,
  { debs, architecture }: { readonly debs: readonly Deb[]; readonly architecture: string },
): Promise<Publication> {
  await mkdir(layout.apt, { recursive: true });
  await dropUnpublished(layout, wish.name);
  const directory = `.${wish.name}.${randomUUID()}`;
  const staging = path.join(layout.apt, directory);
  await mkdir(staging);
  for (const { path: source, file } of debs) await link(source, path.join(staging, file));
  await writeIndex(staging, { wish, architecture, database: path.join(layout.workshop(wish.name), 'files.db') });
  await sign(layout, staging);
  await runProgram('sync', ['--file-system', staging]);

  const next = `${staging}.link`;
  await symlink(directory, next);
  await rename(next, layout.repository(wish.name));
  await dropUnpublished(layout, wish.name);
  return { directory, files: await sizesOf(staging) };
}

/** Whether this publication is the current one and all its files are there in full length. */
export async function isPublished(layout: Layout, name: string, publication: Publication): Promise<boolean> {
  const repository = layout.repository(name);
  if ((await readlink(repository).catch(() => undefined)) !== publication.directory) return false;
  const found = await sizesOf(repository);
  return Object.entries(publication.files).every(([file, size]) => found[file] === size);
}

interface IndexOptions {
  readonly wish: Wish;
  readonly architecture: string;
  /** apt-ftparchive's cache of digests. */
  readonly database: string;
}

async function writeIndex(cwd: string, { wish, architecture, database }: IndexOptions): Promise<void> {
  const packages = await runProgram('apt-ftparchive', ['--db', database, 'packages', '.'], { cwd });
  await writeFile(path.join(cwd, 'Packages'), packages);
  await writeFile(path.join(cwd, 'Packages.gz'), await promisify(gzip)(packages, { level: 9 }));
  const about = {
    Origin: 'deployment-engine',
    Label: 'offline mirror',
    Suite: wish.suite,
    Codename: wish.suite,
    Architectures: architecture,
  };
  const options = Object.entries(about).flatMap(([field, value]) => [
    '-o',
    `APT::FTPArchive::Release::${field}=${value}`,
  ]);
  // Moved there afterwards: a Release file in the directory would list itself.
  const release = await runProgram('apt-ftparchive', [...options, 'release', '.'], { cwd });
  await writeFile(path.join(cwd, 'Release'), release);
}

const sign = (layout: Layout, directory: string): Promise<void> =>
  withSigningKey(layout, async (gpg) => {
    const release = path.join(directory, 'Release');
    await gpg('--digest-algo', 'SHA512', '--output', path.join(directory, 'InRelease'), '--clearsign', release);
    // apt before 1.0 reads the detached signature.
    await gpg('--digest-algo', 'SHA512', '--armor', '--output', `${release}.gpg`, '--detach-sign', release);
  });

/** Removes what killed builds left behind and what no link points to. */
async function dropUnpublished(layout: Layout, name: string): Promise<void> {
  const current = await readlink(layout.repository(name)).catch(() => undefined);
  for (const entry of await readdir(layout.apt))
    if (entry.startsWith(`.${name}.`) && entry !== current) await rm(path.join(layout.apt, entry), { recursive: true });
}

async function sizesOf(directory: string): Promise<Record<string, number>> {
  const files = await readdir(directory);
  const sizes = await Promise.all(
    files.map(async (file) => [file, (await stat(path.join(directory, file))).size] as const),
  );
  return Object.fromEntries(sizes);
}
