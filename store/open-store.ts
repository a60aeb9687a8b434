import { createSerials } from './activation/serials.ts';
import { createAccessTokens } from './callers/access-tokens.ts';
import { createSessions } from './callers/sessions.ts';
import { createConfigurations } from './configurations/configurations.ts';
import type { Database } from './database.ts';
import { createLogCopies } from './log/log-copies.ts';
import { createRunLog } from './log/run-log.ts';
import { migrate } from './migrations/migrate.ts';
import { createAdoptions } from './nodes/adoptions.ts';
import { createInstalledInstances } from './nodes/installed-instances.ts';
import { createNodes } from './nodes/nodes.ts';
import { createStatuses } from './nodes/statuses.ts';
import { createSurveys } from './nodes/surveys.ts';
import { givenDatabase, type DatabaseOptions } from './postgres/given-database.ts';
import { openPostgres } from './postgres/open-postgres.ts';
import { createClaims } from './runs/claims.ts';
import { createInspections } from './runs/inspections.ts';
import { createRequirements } from './runs/requirements.ts';
import { createRuns } from './runs/runs.ts';
import { createStepRecords } from './runs/step-records.ts';
import { createWorkTimes } from './runs/work-times.ts';
import { createClusterSecrets } from './secrets/cluster-secrets.ts';
import { createEngineIdentities } from './secrets/engine-identities.ts';
import { createKnownSecrets } from './secrets/known-secrets.ts';
import { givenMasterKey } from './secrets/master-key.ts';
import { openVault } from './secrets/open-vault.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import type { Store } from './store.ts';
import { assertWritable } from './writability.ts';

export interface StoreOptions extends DatabaseOptions {
  /** Created if missing; holds `keys/`, and without PostgreSQL `engine.db`. */
  readonly dataDir: string;
  /** Master key, 64 hex digits; default: what the environment gives, else the data folder's own. */
  readonly key?: string | undefined;
  /** Milliseconds since the epoch; default: this machine's clock. */
  readonly clock?: () => number;
}

/**
 * Opens the store: PostgreSQL where it is given, else the data folder's own SQLite. Any number of processes may open the same.
 *
 * @throws EnvironmentLacking when the database cannot be used, EngineDamaged when the key or the database is the wrong one.
 */
export async function openStore({ dataDir, key, clock = Date.now, ...options }: StoreOptions): Promise<Store> {
  const postgres = givenDatabase(options);
  const database = postgres === undefined ? await openSqlite(dataDir) : await openPostgres(postgres);
  try {
    await migrate(database.db);
    return await assemble(database, { dataDir, key: key ?? givenMasterKey(process.env), clock });
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Setting {
  readonly dataDir: string;
  readonly key: string | undefined;
  readonly clock: () => number;
}

async function assemble({ db, news, close }: Database, { dataDir, key, clock }: Setting): Promise<Store> {
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
    adoptions: createAdoptions(db, clock),
    claims: createClaims(db, clock),
    requirements: createRequirements(db, clock),
    statuses: createStatuses(db, knownSecrets),
    surveys: createSurveys(db),
    inspections: createInspections({ db, vault, knownSecrets, clock }),
    log: createRunLog({ db, news, vault, knownSecrets, clock }),
    copies: createLogCopies({ db, vault, knownSecrets, clock }),
    tokens: createAccessTokens(db, clock),
    sessions: createSessions(db, clock),
    serials: createSerials(db, clock),
    assertWritable: () => assertWritable(db),
    close,
  };
}
