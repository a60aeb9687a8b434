import { DeploymentEngineError } from '../../domain/errors.ts';

// SQLite's primary result codes, https://www.sqlite.org/rescode.html
const OK = 0;
const BUSY = 5;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** SQLite's errors that an operator can do something about, in the engine's words; all others as they are. */
export function sqliteFailure(error: unknown, file: string): unknown {
  switch (primaryCode(error) ?? OK) {
    case FULL:
      return lacking(error, `The disk that holds ${file} is full; free some space, nothing was half written.`);
    case IO_ERROR:
      return lacking(error, `Could not read or write ${file}; check the disk, its free space and the file size limit.`);
    case READ_ONLY:
    case CANNOT_OPEN:
      return lacking(error, `Could not open ${file} for writing; check the folder's owner and mode.`);
    case CORRUPT:
    case NOT_A_DATABASE:
      return new DeploymentEngineError('EngineDamaged', `${file} is damaged; restore a backup of the data folder.`, {
        cause: error,
      });
    default:
      return error;
  }
}

export const isBusy = (error: unknown): boolean => primaryCode(error) === BUSY;

// The low byte is the primary code, the rest says more about it.
const primaryCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

const lacking = (cause: unknown, message: string): DeploymentEngineError =>
  new DeploymentEngineError('EnvironmentLacking', message, { cause });
