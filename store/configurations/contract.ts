import type { Configuration } from '../../domain/configuration.ts';

/** An accepted configuration. */
export interface Revision {
  readonly number: number;
  /** Opaque; differs for every revision. */
  readonly etag: string;
  readonly configuration: Configuration;
  /** What was posted, secrets replaced by the mask: answered by `GET /config`. */
  readonly document: unknown;
}

export interface Configurations {
  /**
   * Stores a new revision with its secrets encrypted, or returns the newest one if the content is the same. `after`: number of the
   * newest one when the content was read, 0 = none; throws `RevisionMismatch` when another has come since. Default: whatever is
   * the newest.
   */
  accept(configuration: Configuration, document: unknown, after?: number): Promise<Revision>;
  /** The number that `accept` would give it now. */
  numberFor(configuration: Configuration): Promise<number>;
  newest(): Promise<Revision | undefined>;
  /** 0 before the first. */
  newestNumber(): Promise<number>;
  /** Newest first. */
  recent(limit: number): Promise<readonly Revision[]>;
  get(revision: number): Promise<Revision | undefined>;
}
