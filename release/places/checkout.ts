import path from 'node:path';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';
import type { BlobSink } from '../archive/archive-taker.ts';
import type { ReleaseLimits } from '../archive/limits.ts';
import { type Build, findBuild } from '../index/builds-index.ts';
import type { Kind, ReleaseContents } from '../index/release-contents.ts';
import { type IndexEntry, parseReleaseIndex } from '../index/release-index.ts';
import { besideTheIndex, buildFolders, inBlobFolder, OWN_BLOB_FOLDERS } from './archive-candidates.ts';
import { blobstoreOf } from './blobstore.ts';
import { type Candidate, FolderReader } from './folder-reader.ts';
import { nameMissingObjects } from './missing-objects.ts';

interface Checkout {
  /** Its real path. */
  readonly folder: string;
  /** The file of the release inside, such as `releases/cf-170.yml`. */
  readonly index: string;
  /** Real paths of folders with fetched archives, besides the checkout's own. */
  readonly blobFolders: readonly string[];
}

/**
 * Reads a release from a checkout of its repository: its contents from its file, the object id of each archive from the indexes
 * of the builds, and the archives from beside the indexes or a folder of fetched ones.
 */
export async function readCheckout(
  { folder, index: file, blobFolders }: Checkout,
  blobs: BlobSink,
  limits: ReleaseLimits,
): Promise<ReleaseContents> {
  const reader = new FolderReader(folder, blobs, limits);
  const { index, problems } = parseReleaseIndex(await reader.text(file), file);
  const { blobstore, problems: inConfiguration } = blobstoreOf((await reader.text('config/final.yml')) ?? '');
  const builds = new Map<string, Build | undefined>();

  const take = async (kind: Kind, entry: IndexEntry): Promise<IndexEntry> => {
    const build = await buildOf(kind, entry, reader);
    builds.set(jsonPointer([kind, entry.name]), build);
    await reader.take(kind, entry.name, candidatesFor(kind, entry, build));
    return { ...entry, sha1: entry.sha1 ?? build?.sha1 };
  };
  const candidatesFor = (kind: Kind, entry: IndexEntry, build: Build | undefined): Candidate[] => [
    ...buildFolders(kind, entry.name).flatMap((beside) =>
      besideTheIndex(entry, build).map((name) => ({ folder, file: path.join(beside, name) })),
    ),
    ...inBlobFolder(kind, entry, build).flatMap((name) => [
      ...OWN_BLOB_FOLDERS.map((own) => ({ folder, file: path.join(own, name) })),
      ...blobFolders.map((other) => ({ folder: other, file: name })),
    ]),
  ];

  const jobs = await inTurn(index?.jobs ?? [], (entry) => take('jobs', entry));
  const packages = await inTurn(index?.packages ?? [], (entry) => take('packages', entry));
  return {
    index: index && { ...index, jobs, packages },
    jobs: reader.taker.jobs,
    packages: reader.taker.packages,
    problems: [...problems, ...inConfiguration, ...reader.problems, ...reader.taker.problems],
    nameMissing: (missing) => nameMissingObjects(missing, { builds, blobstore, folder }),
  };
}

async function buildOf(kind: Kind, entry: IndexEntry, reader: FolderReader): Promise<Build | undefined> {
  const pointer = jsonPointer([kind, entry.name]);
  for (const folder of buildFolders(kind, entry.name)) {
    const file = path.join(folder, 'index.yml');
    const text = await reader.text(file, pointer);
    if (text === undefined) continue;
    const { build, problems } = findBuild(entry, text, { file, pointer });
    reader.problems.push(...problems);
    if (build !== undefined) return build;
  }
  return undefined;
}

async function inTurn<Item, Result>(items: readonly Item[], act: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}
