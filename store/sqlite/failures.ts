import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

type Unwritable = 'StoreUnwritable' | 'EnvironmentLacking';

// SQLite's primary result codes, https://www.sqlite.org/rescode.html
const OK = 0;
const BUSY = 5;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/**
 * Translates SQLite's errors that an operator can act on; returns all others unchanged. `code`: for a store that cannot be
 * written; default `StoreUnwritable`, which is retried.
 */
export function sqliteFailure(error: unknown, file: string, code: Unwritable = 'StoreUnwritable'): unknown {
  const lacking = (message: Text) => new DeploymentEngineError(code, message, { cause: error });
  switch (primaryCode(error) ?? OK) {
    case FULL:
      return lacking(
        phrase('The disk that holds {file} is full; free some space. Nothing was half written.', { file }),
      );
    case IO_ERROR:
      return lacking(
        phrase('Could not read or write {file}; check the disk, its free space and the file size limit.', { file }),
      );
    case READ_ONLY:
    case CANNOT_OPEN:
      return lacking(phrase("Could not open {file} for writing; check the folder's owner and mode.", { file }));
    case BUSY:
      return lacking(phrase('Another process holds the lock on {file}; the engine tries again.', { file }));
    case CORRUPT:
    case NOT_A_DATABASE:
      return new DeploymentEngineError(
        'EngineDamaged',
        phrase('{file} is damaged; restore a backup of the data folder.', { file }),
        {
          cause: error,
        },
      );
    default:
      return error;
  }
}

/** Also for an error that was translated already. */
export const isBusy = (error: unknown): boolean =>
  primaryCode(error instanceof DeploymentEngineError ? error.cause : error) === BUSY;

// The low byte is the primary code; the other bytes only add detail.
const primaryCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
