import type { Problem } from '../../domain/errors.ts';
import type { Blob } from '../../domain/release/release.ts';
import type { JobContent } from '../archive/job-archive.ts';
import type { IndexEntry, ReleaseIndex } from './release-index.ts';

/** One archive of a release, stored. */
export interface StoredArchive {
  readonly blob: Blob;
  readonly sha1: string;
  /** Where it was found, for messages. */
  readonly from: string;
}

export interface StoredJob extends StoredArchive {
  readonly content: JobContent | undefined;
}

export type Kind = 'jobs' | 'packages';

/** An entry of the index without archive. */
export interface Missing {
  readonly kind: Kind;
  readonly entry: IndexEntry;
}

/** What a release holds, before index and archives are compared. */
export interface ReleaseContents {
  /** sha256 of the release's file; undefined for a folder. */
  readonly sha256?: string;
  readonly index: ReleaseIndex | undefined;
  readonly jobs: ReadonlyMap<string, StoredJob>;
  readonly packages: ReadonlyMap<string, StoredArchive>;
  readonly problems: readonly Problem[];
  /** Names the missing archives, each with everything that helps to find it. */
  readonly nameMissing: (missing: readonly Missing[]) => Problem[];
}
