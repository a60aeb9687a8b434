import type { Configuration } from '../../domain/configuration.ts';

/** An accepted configuration. */
export interface Revision {
  readonly number: number;
  /** Opaque; changes with the normalised content. */
  readonly etag: string;
  readonly configuration: Configuration;
  /** What was posted, secrets replaced by the mask: answered by `GET /config`. */
  readonly document: unknown;
}

export interface Configurations {
  /** Stores a new revision, or returns the newest one when the normalised content is the same. Secrets are encrypted. */
  accept(configuration: Configuration, document: unknown): Promise<Revision>;
  /** The number that accepting the configuration would give it now. */
  numberFor(configuration: Configuration): Promise<number>;
  newest(): Promise<Revision | undefined>;
  /** 0 before the first. */
  newestNumber(): Promise<number>;
  /** The newest ones, newest first. */
  recent(limit: number): Promise<readonly Revision[]>;
  get(revision: number): Promise<Revision | undefined>;
}
