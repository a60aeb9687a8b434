import { accessSync, constants, readFileSync } from 'node:fs';
import { getSystemErrorMessage } from 'node:util';
import { DeploymentEngineError } from '../domain/errors.ts';
import { databaseUrlFault } from '../domain/schemas/database-url.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';
import type { Settings } from '../domain/schemas/settings.ts';
import { phrase, type Text } from '../domain/text/text.ts';

/** Throws `InvalidSettings` for a file that cannot be read: a program would fail on it again and again. */
export function refuseUnreadable({
  release,
  keyFile,
  databaseUrlFile,
}: Partial<Pick<Settings, 'release' | 'keyFile' | 'databaseUrlFile'>>): void {
  if (release !== undefined) reading(SETTINGS.release.variable, release, () => accessSync(release, constants.R_OK));
  refuseFaultyUrl(databaseUrlFile);
  if (keyFile === undefined) return;
  const { variable } = SETTINGS.keyFile;
  const text = reading(variable, keyFile, () => readFileSync(keyFile, 'utf8'));
  if (!SETTINGS.key.schema.safeParse(text.trim()).success)
    throw invalid(
      phrase('{variable}: {file} must hold 64 hexadecimal digits and nothing else', { variable, file: keyFile }),
    );
}

/** The URL itself has been judged with the other settings. */
function refuseFaultyUrl(file: string | undefined): void {
  if (file === undefined) return;
  const { variable } = SETTINGS.databaseUrlFile;
  const fault = databaseUrlFault(reading(variable, file, () => readFileSync(file, 'utf8').trim()));
  if (fault !== undefined) throw invalid(`${variable}: what ${file} holds ${fault}`);
}

function reading<Result>(variable: string, file: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const { errno = 0 } = cause as NodeJS.ErrnoException;
    const why = getSystemErrorMessage(errno);
    throw invalid(phrase('{variable}: {file} cannot be read: {why}', { variable, file, why }), cause);
  }
}

const invalid = (message: Text, cause?: unknown): DeploymentEngineError =>
  new DeploymentEngineError('InvalidSettings', message, { cause });
