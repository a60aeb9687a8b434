import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeploymentEngineError } from '../domain/errors.ts';
import { phrase } from '../domain/text/text.ts';

/** Held while the process lives; the kernel releases it whatever ends the process. */
export interface DataFolderLock {
  release(): void;
}

// An engine that was killed a moment ago may still be ending.
const WITHIN_MS = 5000;

/** One engine per data folder. Throws `EnvironmentLacking` when another one still has it after 5 s. */
export async function lockDataFolder(dataDir: string, withinMs = WITHIN_MS): Promise<DataFolderLock> {
  const until = Date.now() + withinMs;
  for (;;) {
    const lock = tryLock(join(dataDir, 'engine.lock'));
    if (lock !== undefined) return lock;
    if (Date.now() >= until)
      throw new DeploymentEngineError(
        'EnvironmentLacking',
        phrase(
          'another engine uses the data folder {folder}; stop it, or set DEPLOYMENT_ENGINE_DATA_DIR to another folder',
          { folder: dataDir },
        ),
      );
    await sleep(100);
  }
}

/** Whether an engine has it now. */
export function isDataFolderInUse(dataDir: string): boolean {
  const lock = tryLock(join(dataDir, 'engine.lock'));
  lock?.release();
  return lock === undefined;
}

// Node has no flock, but an SQLite file that stays locked is one.
function tryLock(path: string): DataFolderLock | undefined {
  const file = new DatabaseSync(path);
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    return { release: () => file.close() };
  } catch (error) {
    file.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

const SQLITE_BUSY = 5;
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
