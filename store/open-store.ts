import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { DeploymentEngineError } from '../domain/errors.ts';
import { createSerials } from './activation/serials.ts';
import { createAccessTokens } from './callers/access-tokens.ts';
import { createSessions } from './callers/sessions.ts';
import { createConfigurations } from './configurations/configurations.ts';
import { createLogCopies } from './log/log-copies.ts';
import { createRunLog } from './log/run-log.ts';
import { migrate } from './migrations/migrate.ts';
import { createInstalledInstances } from './nodes/installed-instances.ts';
import { createNodes } from './nodes/nodes.ts';
import { createStatuses } from './nodes/statuses.ts';
import { createSurveys } from './nodes/surveys.ts';
import { createClaims } from './runs/claims.ts';
import { createInspections } from './runs/inspections.ts';
import { createRuns } from './runs/runs.ts';
import { createStepRecords } from './runs/step-records.ts';
import { createWorkTimes } from './runs/work-times.ts';
import type { Schema } from './schema.ts';
import { createClusterSecrets } from './secrets/cluster-secrets.ts';
import { createEngineIdentities } from './secrets/engine-identities.ts';
import { createKnownSecrets } from './secrets/known-secrets.ts';
import { givenMasterKey } from './secrets/master-key.ts';
import { openVault } from './secrets/open-vault.ts';
import { nodeSqliteDialect } from './sqlite/dialect.ts';
import type { Store } from './store.ts';
import { assertWritable } from './writability.ts';

export interface StoreOptions {
  /** Created if missing; holds `engine.db` and `keys/`. */
  readonly dataDir: string;
  /** PostgreSQL instead of the file; not available yet. */
  readonly databaseUrl?: string | undefined;
  /** Master key, 64 hex digits; default: what the environment gives, else the data folder's own. */
  readonly key?: string | undefined;
  /** Milliseconds since the epoch; default: this machine's clock. */
  readonly clock?: () => number;
}

/**
 * Opens the store of a data folder. Any number of processes may open the same one.
 *
 * @throws EnvironmentLacking when the folder cannot be written, EngineDamaged when the key or the database is the wrong one.
 */
export async function openStore({ dataDir, databaseUrl, key, clock = Date.now }: StoreOptions): Promise<Store> {
  if (databaseUrl !== undefined && databaseUrl !== '') {
    throw new DeploymentEngineError(
      'EnvironmentLacking',
      'PostgreSQL comes with the production profile; unset DATABASE_URL.',
    );
  }
  await makeFolder(dataDir);
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(join(dataDir, 'engine.db')) });
  try {
    await migrate(db, { serial: 'integer' });
    return await assemble(db, { dataDir, key: key ?? givenMasterKey(process.env), clock });
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

interface Setting {
  readonly dataDir: string;
  readonly key: string | undefined;
  readonly clock: () => number;
}

async function assemble(db: Kysely<Schema>, { dataDir, key, clock }: Setting): Promise<Store> {
  const vault = await openVault(db, dataDir, key);
  const knownSecrets = createKnownSecrets(vault);
  return {
    engine: createEngineIdentities(db, vault),
    configurations: createConfigurations({ db, vault, knownSecrets, clock }),
    secrets: createClusterSecrets(db, vault, knownSecrets),
    runs: createRuns({ db, knownSecrets, clock }),
    steps: createStepRecords({ db, knownSecrets, clock }),
    times: createWorkTimes(db),
    nodes: createNodes(db),
    installed: createInstalledInstances(db),
    claims: createClaims(db, clock),
    statuses: createStatuses(db, knownSecrets),
    surveys: createSurveys(db),
    inspections: createInspections({ db, vault, knownSecrets, clock }),
    log: createRunLog({ db, vault, knownSecrets, clock }),
    copies: createLogCopies({ db, vault, knownSecrets, clock }),
    tokens: createAccessTokens(db, clock),
    sessions: createSessions(db, clock),
    serials: createSerials(db, clock),
    assertWritable: () => assertWritable(db, dataDir),
    close: () => db.destroy(),
  };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new DeploymentEngineError('EnvironmentLacking', `Could not create the data folder ${folder}.`, { cause });
  });
}
