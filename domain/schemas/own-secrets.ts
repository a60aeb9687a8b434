import type { Environment } from './settings.ts';
import { SETTINGS } from './settings-table.ts';

const SECRETS: readonly string[] = [SETTINGS.key.variable, SETTINGS.databaseUrl.variable, SETTINGS.serial.variable];

/** For programs that need no secret of ours: whoever controls such a program, or reads its core dump, sees its environment. */
export const withoutOwnSecrets = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.includes(name)));

/** For a process that has read them: what it starts without an environment of its own would inherit them. */
export function forgetOwnSecrets(env: Record<string, string | undefined>): void {
  for (const name of SECRETS) delete env[name];
}
