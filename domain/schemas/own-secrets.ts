import type { Environment } from '../domain/schemas/settings.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';

const SECRETS: readonly string[] = [SETTINGS.key.variable, SETTINGS.databaseUrl.variable, SETTINGS.serial.variable];

/** For programs that need no secret of ours: whoever controls such a program, or reads its core dump, sees its environment. */
export const withoutOwnSecrets = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.includes(name)));
