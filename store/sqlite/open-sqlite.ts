import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Kysely } from 'kysely';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Database } from '../database.ts';
import type { Schema } from '../schema.ts';
import { nodeSqliteDialect } from './dialect.ts';

/** The file `engine.db` of a data folder, which is made if missing. */
export async function openSqlite(dataDir: string): Promise<Database> {
  await mkdir(dataDir, { recursive: true }).catch((cause: unknown) => {
    throw new DeploymentEngineError(
      'EnvironmentLacking',
      phrase('Could not create the data folder {folder}.', { folder: dataDir }),
      { cause },
    );
  });
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(join(dataDir, 'engine.db')) });
  return {
    db,
    news: { seen: () => 0, after: (_seen, pollMs) => setTimeout(pollMs) },
    close: () => db.destroy(),
  };
}
