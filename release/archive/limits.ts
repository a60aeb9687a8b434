import type { ArchiveLimits } from './archive.ts';

export interface ReleaseLimits {
  readonly release: ArchiveLimits;
  readonly job: ArchiveLimits;
  readonly package: ArchiveLimits;
  /** Bytes of a job's archive, which is read into memory. */
  readonly jobArchive: number;
  /** Bytes of release.MF, job.MF and the other texts of a release. */
  readonly text: number;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Many times the size of cf-release, so that only an archive bomb exceeds them. */
export const LIMITS: ReleaseLimits = {
  release: { entries: 10_000, entry: 8 * GIB, total: 32 * GIB },
  job: { entries: 10_000, entry: 16 * MIB, total: 64 * MIB },
  package: { entries: 1_000_000, entry: 8 * GIB, total: 32 * GIB },
  jobArchive: 64 * MIB,
  text: 4 * MIB,
};
