import { existsSync } from 'node:fs';
import process from 'node:process';
import { DeploymentEngineError, isEngineError } from '../domain/errors.ts';
import { exitCodeOf } from '../domain/exit-codes.ts';
import { forgetProxies } from '../domain/proxy-variables.ts';
import { forgetOwnSecrets, withoutOwnSecrets } from '../domain/schemas/own-secrets.ts';
import {
  type Environment,
  parseSettings,
  type Settings,
  unknownSettings,
  usesPostgres,
} from '../domain/schemas/settings.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { givenServer } from '../temporal/temporal-server.ts';
import { awaitTemporal } from './await-temporal.ts';
import { checkCallers } from './check-callers.ts';
import { absolutePaths, CommandLineEnd, readCommandLine } from './command-line.ts';
import { isDataFolderInUse } from './data-folder-lock.ts';
import { programCommand, sharedEnvironment } from './engine-programs.ts';
import { makeFolder } from './make-folder.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import { takeRelease } from './take-release.ts';

/** A process that runs alone, in the foreground, as many times as wanted. */
export type Role = 'gateway' | 'worker' | 'mirror';

const PROGRAMS = { gateway: 'api', worker: 'worker', mirror: 'mirror' } as const;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/**
 * Checks what the engine checks at its start, then becomes the program: its signals, exit code and output are that program's, so
 * whatever supervises processes can supervise it.
 */
export async function runRole(role: Role): Promise<void> {
  try {
    const env = { ...absolutePaths(readCommandLine(process.argv.slice(2), process.env, role), process.cwd()) };
    forgetOwnSecrets(process.env);
    forgetProxies(env);
    speakAsSet(env);
    const settings = parseSettings(env);
    refuseUnreadable(settings);
    for (const warning of unknownSettings(env)) say(inOwnLanguage(phrase('Warning: {what}', { what: warning })));
    process.umask(0o077);
    if (role === 'mirror' && settings.mirrorListen === undefined && !existsSync(settings.dataDir))
      throw lacking(phrase('a mirror alone needs an address to listen on: set DEPLOYMENT_ENGINE_MIRROR_LISTEN'));
    makeFolder('DEPLOYMENT_ENGINE_CACHE_DIR', settings.cacheDir);
    become(role, settings, role === 'mirror' ? withoutOwnSecrets(env) : await prepared(role, settings, env));
  } catch (error) {
    if (!(error instanceof CommandLineEnd))
      process.stderr.write(`${isEngineError(error) ? error.message : String(error)}\n`);
    process.exit(error instanceof CommandLineEnd ? error.exitCode : exitCodeOf(error));
  }
}

/** The program's environment, once Temporal, callers, store and release are in order. */
async function prepared(role: 'gateway' | 'worker', settings: Settings, env: Environment): Promise<Environment> {
  const given = givenServer(settings, env);
  if (given === undefined)
    throw lacking(
      phrase('a {role} alone needs a Temporal server that others start too: set TEMPORAL_ADDRESS', { role }),
    );
  makeFolder('DEPLOYMENT_ENGINE_DATA_DIR', settings.dataDir);
  if (!usesPostgres(settings) && !isDataFolderInUse(settings.dataDir))
    throw lacking(
      phrase(
        'a {role} alone needs a store that others reach too: set DATABASE_URL_FILE, or start it beside the engine whose data folder is {folder}',
        { role, folder: settings.dataDir },
      ),
    );
  if (role === 'gateway') process.stdout.write(await checkCallers(settings, env));
  const [release] = await Promise.all([
    settings.release === undefined ? undefined : takeRelease(withoutOwnSecrets(env)),
    awaitTemporal(given, say),
  ]);
  return { ...env, DEPLOYMENT_ENGINE_RELEASE: release };
}

function become(role: Role, settings: Settings, env: Environment): never {
  const [program, ...words] = programCommand(PROGRAMS[role]);
  const given = Object.entries({ ...env, ...sharedEnvironment(settings) }).filter(([, value]) => value !== undefined);
  if (process.execve === undefined) throw lacking(phrase('this system cannot have a process become another program'));
  return process.execve(program, [program, ...words], Object.fromEntries(given) as Record<string, string>);
}

const lacking = (message: Text): DeploymentEngineError => new DeploymentEngineError('EnvironmentLacking', message);
