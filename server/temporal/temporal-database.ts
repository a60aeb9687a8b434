import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';

const NAME = /^temporal-(.+)\.db$/;

/** The database file of one server version: an upgraded server never opens an older one's. */
export const temporalDatabase = (dataDir: string, version: string): string => join(dataDir, `temporal-${version}.db`);

/**
 * Refuses an upgrade while runs are open in the file of another version, because they would be lost.
 * Throws `EnvironmentLacking`, naming them.
 */
export function refuseUpgradeOverOpenRuns(dataDir: string, version: string): void {
  const others = readdirSync(dataDir).filter((name) => NAME.test(name) && NAME.exec(name)?.[1] !== version);
  for (const name of others) {
    const open = openRuns(join(dataDir, name));
    if (open.length === 0) continue;
    throw new DeploymentEngineError(
      'EnvironmentLacking',
      phrase(
        'Temporal {version} cannot take over {file}, where {runs} still runs; start the engine with that version (DEPLOYMENT_ENGINE_TEMPORAL_BIN), end the run, then upgrade',
        { version, file: name, runs: open },
      ),
    );
  }
}

function openRuns(file: string): string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    // Status 1 = running.
    return database
      .prepare(`SELECT workflow_id FROM executions_visibility WHERE status = 1 AND workflow_id LIKE 'cluster/%'`)
      .all()
      .map((row) => String(row.workflow_id))
      .filter((id) => id.split('/').length === 2);
  } finally {
    database.close();
  }
}
