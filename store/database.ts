import type { Kysely } from 'kysely';
import type { LogNews } from './log/contract.ts';
import type { Schema } from './schema.ts';

/** An open database, whichever it is. */
export interface Database {
  readonly db: Kysely<Schema>;
  readonly news: LogNews;
  close(): Promise<void>;
}
