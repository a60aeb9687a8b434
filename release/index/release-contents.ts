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

/** An entry of the index whose archive is nowhere. */
export interface Missing {
  readonly kind: Kind;
  readonly entry: IndexEntry;
}

/** What a release holds, before anybody asks whether it belongs together. */
export interface ReleaseContents {
  /** Of the file the release came in; undefined for a folder. */
  readonly sha256?: string;
  readonly index: ReleaseIndex | undefined;
  readonly jobs: ReadonlyMap<string, StoredJob>;
  readonly packages: ReadonlyMap<string, StoredArchive>;
  readonly problems: readonly Problem[];
  /** Names the archives that are missing, each with all that helps to find it. */
  readonly nameMissing: (missing: readonly Missing[]) => Problem[];
}
