import type { Environment } from './settings.ts';
import { SETTINGS } from './settings-table.ts';

const SECRETS: readonly string[] = [
  SETTINGS.key.variable,
  SETTINGS.databaseUrl.variable,
  SETTINGS.serial.variable,
  SETTINGS.temporalApiKey.variable,
  'TEMPORAL_TLS_CLIENT_KEY_DATA',
];
// Headers for Temporal, among them passwords.
const HEADERS = 'TEMPORAL_GRPC_META_';

const isSecret = (name: string): boolean => SECRETS.includes(name) || name.startsWith(HEADERS);

/** For programs that need no secret of ours: whoever controls such a program, or reads its core dump, sees its environment. */
export const withoutOwnSecrets = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !isSecret(name)));

/** For a process that has read them: what it starts without an environment of its own would inherit them. */
export function forgetOwnSecrets(env: Record<string, string | undefined>): void {
  for (const name of Object.keys(env)) if (isSecret(name)) delete env[name];
}
