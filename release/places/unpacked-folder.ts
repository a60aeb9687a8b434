import type { BlobSink } from '../archive/archive-taker.ts';
import type { ReleaseLimits } from '../archive/limits.ts';
import type { ReleaseContents } from '../index/release-contents.ts';
import { parseReleaseIndex } from '../index/release-index.ts';
import { FolderReader } from './folder-reader.ts';
import { nameMissingFiles } from './missing-files.ts';

/** Reads an unpacked release tarball: release.MF, jobs/NAME.tgz, packages/NAME.tgz. */
export async function readUnpacked(folder: string, blobs: BlobSink, limits: ReleaseLimits): Promise<ReleaseContents> {
  const reader = new FolderReader(folder, blobs, limits);
  const { index, problems } = parseReleaseIndex(await reader.text('release.MF'), 'release.MF');
  for (const kind of ['jobs', 'packages'] as const)
    for (const { name } of index?.[kind] ?? [])
      await reader.take(kind, name, [{ folder, file: `${kind}/${name}.tgz` }]);
  const { taker } = reader;
  return {
    index,
    jobs: taker.jobs,
    packages: taker.packages,
    problems: [...reader.problems, ...problems, ...taker.problems],
    nameMissing: nameMissingFiles,
  };
}
