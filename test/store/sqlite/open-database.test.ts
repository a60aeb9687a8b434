import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openDatabase } from '../../../store/sqlite/open-database.ts';
import { useFolders } from '../stores.ts';

const folder = useFolders();

it('waits while another process is making the same file', async () => {
  const file = join(folder(), 'test.db');
  const other = new DatabaseSync(file);
  other.exec('create table things (name text); begin immediate');
  // SQLite itself would refuse at once here, whatever its busy time-out.
  const opening = openDatabase(file);
  other.exec('commit');
  other.close();
  const database = await opening;
  expect(database.prepare('pragma journal_mode').all()).toEqual([{ journal_mode: 'wal' }]);
  database.close();
});
