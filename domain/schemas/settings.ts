import type { z } from 'zod';
import { DeploymentEngineError, type Problem } from '../errors.ts';
import { inOwnLanguage } from '../text/own-language.ts';
import { unpacked } from '../text/packed.ts';
import { phrase, type Text } from '../text/text.ts';
import { defaultCacheDir } from './cache-dir.ts';
import { callerProblems } from './callers.ts';
import { nearest } from './nearest.ts';
import { type Setting, SETTINGS } from './settings-table.ts';
import type { HostAndPort } from './settings-values.ts';

export type { HostAndPort };

/** The environment as Node gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Values = { readonly [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['schema']> };

/** Durations in milliseconds; folders as written. */
export interface Settings extends Omit<Values, 'cacheDir'> {
  readonly cacheDir: string;
}

/** Reads the settings; throws `InvalidSettings` with every problem. An empty variable counts as absent. */
export function parseSettings(env: Environment): Settings {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, { variable, schema, default: standard }] of Object.entries<Setting>(SETTINGS)) {
    const result = schema.safeParse(env[variable] || standard);
    if (result.success) values[name] = result.data;
    else
      problems.push(...result.error.issues.map(({ message }) => ({ pointer: variable, message: unpacked(message) })));
  }
  const settings = { cacheDir: defaultCacheDir(env), ...definedIn(values) } as unknown as Settings;
  if (problems.length === 0) problems.push(...callerProblems(settings), ...givenTwice(settings));
  if (problems.length > 0) throw invalid(problems);
  return settings;
}

/** What else of the repository reads, and may stand in the same shell's environment: the test nodes, and clients. */
const OF_OTHERS = [
  'DEPLOYMENT_ENGINE_NODES_DIR',
  'DEPLOYMENT_ENGINE_URL',
  'DEPLOYMENT_ENGINE_TOKEN',
  'DEPLOYMENT_ENGINE_TOKEN_FILE',
];

/** One warning per `DEPLOYMENT_ENGINE_*` variable that means nothing to the engine. */
export function unknownSettings(env: Environment): Text[] {
  const known = Object.values<Setting>(SETTINGS).map(({ variable }) => variable);
  return Object.keys(env)
    .filter((variable) => variable.startsWith('DEPLOYMENT_ENGINE_') && ![...known, ...OF_OTHERS].includes(variable))
    .map((variable) =>
      phrase('{variable} is not a setting and has no effect; did you mean {nearest}?', {
        variable,
        nearest: nearest(variable, known),
      }),
    );
}

/** `DEPLOYMENT_ENGINE_DATA_DIR` -> `--data-dir`. */
export const optionOf = ({ variable }: Pick<Setting, 'variable'>): string =>
  `--${variable
    .replace(/^DEPLOYMENT_ENGINE_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`;

/** How this machine reaches what listens there. */
export const reachedHere = ({ host, port: number }: HostAndPort): HostAndPort => ({
  host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host,
  port: number,
});

/** `127.0.0.1:50000`, `[::1]:50000`. */
export const authority = ({ host, port: number }: HostAndPort): string =>
  `${host.includes(':') ? `[${host}]` : host}:${number}`;

/** SQLite in the data folder otherwise. */
export const usesPostgres = ({ databaseUrl, databaseUrlFile }: Settings): boolean =>
  databaseUrl !== undefined || databaseUrlFile !== undefined;

/** What is given as a file or by itself: in both ways, nobody could say which counts. */
const TWO_FORMS = [
  ['keyFile', 'key'],
  ['serialFile', 'serial'],
  ['databaseUrlFile', 'databaseUrl'],
] as const;

const givenTwice = (settings: Settings): Problem[] =>
  TWO_FORMS.filter(([file, itself]) => settings[file] !== undefined && settings[itself] !== undefined).map(
    ([file, itself]) => ({
      pointer: SETTINGS[file].variable,
      message: phrase('{variable} is set too; keep one of them', { variable: SETTINGS[itself].variable }),
    }),
  );

const definedIn = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function invalid(problems: readonly Problem[]): DeploymentEngineError {
  const lines = problems.map(({ pointer, message }) => `${pointer}: ${inOwnLanguage(message)}`);
  return new DeploymentEngineError('InvalidSettings', lines.join('\n'), { details: { errors: problems } });
}
