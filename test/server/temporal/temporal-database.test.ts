import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { refuseUpgradeOverOpenRuns, temporalDatabase } from '../../../server/temporal/temporal-database.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function folderWith(version: string, workflows: readonly (readonly [id: string, status: number])[]): string {
  const folder = temporaryFolder();
  const database = new DatabaseSync(temporalDatabase(folder, version));
  database.exec('CREATE TABLE executions_visibility (workflow_id TEXT, status INTEGER)');
  for (const row of workflows) database.prepare('INSERT INTO executions_visibility VALUES (?, ?)').run(...row);
  database.close();
  return folder;
}

it('refuses to leave an open run behind in the file of another version', () => {
  const folder = folderWith('1.31.0', [['cluster/cf', 1]]);
  expect(() => refuseUpgradeOverOpenRuns(folder, '1.32.0')).toThrow('temporal-1.31.0.db, where cluster/cf still runs');
  expect(() => refuseUpgradeOverOpenRuns(folder, '1.31.0')).not.toThrow();
});

it('does not mind ended runs, watchers and children', () => {
  const folder = folderWith('1.31.0', [
    ['cluster/cf', 2],
    ['watch/cf', 1],
    ['cluster/cf/7/node/10.0.0.1', 1],
  ]);
  expect(() => refuseUpgradeOverOpenRuns(folder, '1.32.0')).not.toThrow();
});
