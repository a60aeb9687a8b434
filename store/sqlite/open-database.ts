import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import { sqliteFailure } from './failures.ts';
import { whenFree } from './when-free.ts';

// Short, because it blocks the process; `whenFree` waits longer without blocking.
const BUSY_TIMEOUT_MS = 100;

/** Opens or creates the database file (0600). Uses a write-ahead log; every commit is on disk before it is acknowledged. */
export async function openDatabase(file: string): Promise<DatabaseSync> {
  makeFile(file);
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    await useWriteAheadLog(database);
    database.exec('pragma synchronous = full; pragma journal_size_limit = 67108864');
    return database;
  } catch (error) {
    database.close();
    throw sqliteFailure(error, file, 'EnvironmentLacking');
  }
}

// SQLite copies the main file's mode to its side files, so the mode must be right before the first byte is written.
function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (cause) {
    throw new DeploymentEngineError('EnvironmentLacking', phrase('Could not open {file} for writing.', { file }), {
      cause,
    });
  }
}

// While another process switches to the write-ahead log, SQLite refuses at once; the busy time-out does not apply.
const useWriteAheadLog = (database: DatabaseSync): Promise<void> =>
  whenFree(() => database.exec('pragma journal_mode = wal'));
