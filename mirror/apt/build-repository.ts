import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from '../blobs/durable-file.ts';
import type { Layout } from '../layout.ts';
import { downloadClosure } from './apt-download.ts';
import { isPublished, type Publication, publishRepository } from './apt-repository.ts';
import { openAptRoot } from './apt-root.ts';
import { architecture } from './machine-apt.ts';
import { type NamedArchive, packageOrigin } from './package-origin.ts';
import { type Wish, wishDigest } from './wish.ts';

interface Stamp extends Publication {
  readonly wish: string;
}

export interface BuiltRepository {
  readonly changed: boolean;
  readonly packages: number;
  readonly bytes: number;
}

/** The published repository, when it is complete and what the wish asks for. */
export async function publishedRepository(layout: Layout, wish: Wish): Promise<BuiltRepository | undefined> {
  const stamp = await readStamp(layout, wish.name);
  if (stamp?.wish !== wishDigest(wish, await architecture())) return undefined;
  return (await isWhole(layout, wish.name, stamp)) ? { changed: false, ...totals(stamp) } : undefined;
}

/** Builds one apt repository as wished; asks the archive only when the wish has changed or files are missing. */
export async function buildRepository(layout: Layout, wish: Wish, archive?: NamedArchive): Promise<BuiltRepository> {
  const published = await publishedRepository(layout, wish);
  if (published !== undefined) return published;

  const own = await architecture();
  const apt = await openAptRoot(layout.workshop(wish.name), wish, await packageOrigin(wish, archive));
  const debs = await downloadClosure(apt, wish.packages);
  const publication = await publishRepository(layout, wish, { debs, architecture: own });
  await writeDurably(
    stampFile(layout, wish.name),
    JSON.stringify({ wish: wishDigest(wish, own), ...publication } satisfies Stamp),
  );
  return { changed: true, ...totals(publication) };
}

const stampFile = (layout: Layout, name: string): string => path.join(layout.workshop(name), 'stamp.json');

async function isWhole(layout: Layout, name: string, stamp: Stamp): Promise<boolean> {
  const key = await readFile(layout.aptKey).catch(() => undefined);
  return key !== undefined && (await isPublished(layout, name, stamp));
}

// With an unreadable stamp the repository is only built again.
const readStamp = (layout: Layout, name: string): Promise<Stamp | undefined> =>
  readFile(stampFile(layout, name), 'utf8')
    .then((text) => JSON.parse(text) as Stamp)
    .catch(() => undefined);

function totals({ files }: Publication): { packages: number; bytes: number } {
  const debs = Object.entries(files).filter(([file]) => file.endsWith('.deb'));
  return { packages: debs.length, bytes: debs.reduce((sum, [, size]) => sum + size, 0) };
}
