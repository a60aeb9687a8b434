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
  /** Stores a new revision with its secrets encrypted, or returns the newest one if the content is the same. */
  accept(configuration: Configuration, document: unknown): Promise<Revision>;
  /** The number that `accept` would give it now. */
  numberFor(configuration: Configuration): Promise<number>;
  newest(): Promise<Revision | undefined>;
  /** 0 before the first. */
  newestNumber(): Promise<number>;
  /** Newest first. */
  recent(limit: number): Promise<readonly Revision[]>;
  get(revision: number): Promise<Revision | undefined>;
}
