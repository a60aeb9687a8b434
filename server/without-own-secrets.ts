import { type Environment, SETTINGS } from '../domain/schemas/settings.ts';

const SECRETS: readonly string[] = [SETTINGS.key.variable, SETTINGS.databaseUrl.variable];

/** For programs that need no secret of ours: an environment is read by whoever gets hold of the program, or of its dump. */
export const withoutOwnSecrets = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.includes(name)));
