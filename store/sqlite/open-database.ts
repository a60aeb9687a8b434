import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { sqliteFailure } from './failures.ts';
import { whenFree } from './when-free.ts';

// Short, because it blocks the process; `whenFree` waits on without blocking.
const BUSY_TIMEOUT_MS = 100;

/** Opens or makes the database file (0600): write-ahead log, every commit on the disk before it is acknowledged. */
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

// SQLite gives its side files the mode of the main one, so the mode is right before the first byte is written.
function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (cause) {
    throw new DeploymentEngineError('EnvironmentLacking', `Could not open ${file} for writing.`, { cause });
  }
}

// Turning the log on is refused at once while another process does the same: the busy time-out does not cover it.
const useWriteAheadLog = (database: DatabaseSync): Promise<void> =>
  whenFree(() => database.exec('pragma journal_mode = wal'));
