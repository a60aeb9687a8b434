import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { isBusy, sqliteFailure } from './failures.ts';

const BUSY_TIMEOUT_MS = 5_000;
const RETRY_MS = 20;

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
    throw sqliteFailure(error, file);
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
async function useWriteAheadLog(database: DatabaseSync): Promise<void> {
  const deadline = Date.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}
