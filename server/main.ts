import { mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pino } from 'pino';
import { isEngineError } from '../domain/errors.ts';
import { exitCodeOf, FAILED } from '../domain/exit-codes.ts';
import { lossyLines } from '../domain/own-machine/lossy-lines.ts';
import { forgetProxies } from '../domain/proxy-variables.ts';
import { speaksTls } from '../domain/schemas/callers.ts';
import { forgetOwnSecrets, withoutOwnSecrets } from '../domain/schemas/own-secrets.ts';
import {
  authority,
  type Environment,
  type HostAndPort,
  parseSettings,
  type Settings,
  unknownSettings,
} from '../domain/schemas/settings.ts';
import { givenServer } from '../temporal/temporal-server.ts';
import { awaitTemporal } from './await-temporal.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { callersMet, checkCallers } from './check-callers.ts';
import { closeToOthers } from './close-to-others.ts';
import { absolutePaths, CommandLineEnd, readCommandLine } from './command-line.ts';
import { ownPrograms } from './engine-programs.ts';
import { startEngine } from './engine.ts';
import { makeFolder } from './make-folder.ts';
import { offerActivation } from './offer-activation.ts';
import { refuseBesideService } from './refuse-beside-service.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import type { Program } from './supervise/program.ts';
import { takeRelease } from './take-release.ts';
import { findTemporal } from './temporal/temporal-binary.ts';
import { refuseUpgradeOverOpenRuns } from './temporal/temporal-database.ts';
import { temporalProgram } from './temporal/temporal-program.ts';
import { temporalUiAddress } from './temporal/temporal-ui-address.ts';

const DONE = 0;
// An orderly stop has time-outs of its own, under 10 s together; this is for the unforeseen.
const STOP_WITHIN_MS = 9800;
const READING_TOLD_AFTER_MS = 2000;

const say = (line: Text): boolean => process.stdout.write(`${inOwnLanguage(line)}\n`);

async function main(): Promise<void> {
  const startedAt = performance.now();
  const given = readCommandLine(process.argv.slice(2), process.env);
  const env: NodeJS.ProcessEnv = { ...absolutePaths(given, process.cwd()) };
  forgetOwnSecrets(process.env);
  forgetProxies(env);
  speakAsSet(env);
  refuseBesideService(given);
  const settings = parseSettings(env);
  refuseUnreadable(settings);
  const server = givenServer(settings, env);
  for (const warning of unknownSettings(env)) say(phrase('Warning: {what}', { what: warning }));

  // Only the owner may read what the engine and its programs write, Temporal's database included.
  process.umask(0o077);
  makeFolder('DEPLOYMENT_ENGINE_DATA_DIR', settings.dataDir);
  closeToOthers(settings.dataDir);
  process.stdout.write(await checkCallers(settings, env));
  makeFolder('DEPLOYMENT_ENGINE_CACHE_DIR', settings.cacheDir);
  mkdirSync(join(settings.dataDir, 'log'), { recursive: true });
  const logFile = openSync(join(settings.dataDir, 'log', 'server.log'), 'a');
  const log = pino(
    {},
    lossyLines((line) => writeSync(logFile, line)),
  );
  const { dataDir, temporalUiPort } = settings;
  const ui = server === undefined ? await temporalUiAddress(dataDir, temporalUiPort) : undefined;
  const [temporal, release] = await Promise.all([
    ui === undefined ? undefined : ownTemporal(settings, env, ui),
    chosenRelease(settings, withoutOwnSecrets(env)),
    server === undefined ? undefined : awaitTemporal(server, say),
  ]);
  const taken = { ...env, DEPLOYMENT_ENGINE_RELEASE: release };
  const own = ownPrograms(settings, taken, ui);
  const engine = await startEngine({ dataDir, log, stages: temporal === undefined ? [own] : [[temporal], own] });

  const signal = signalled();
  const waiting = setTimeout(
    () => say(phrase('Still starting; see {folder}', { folder: join(settings.dataDir, 'log') })),
    15_000,
  );
  const served = engine.ready.then(() => {
    clearTimeout(waiting);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const url = `${speaksTls(settings) ? 'https' : 'http'}://${authority(settings.listen)}/`;
    log.info({ seconds, url }, 'ready');
    void offerActivation(taken, say);
    say(
      phrase('Deployment Engine ready in {seconds} s: {url} (API, log page, Temporal Web UI at /temporal/)', {
        seconds,
        url,
      }),
    );
    say(callersMet(settings, server));
    return signal;
  });
  const reason = await Promise.race([served, signal]).catch((error: unknown) => error);

  setTimeout(() => process.exit(FAILED), STOP_WITHIN_MS).unref();
  log.info({ reason: String(reason) }, 'stopping');
  await engine.stop();
  log.info('stopped');
  if (reason instanceof Error) throw reason;
}

/** Chosen once for all programs; undefined: the one ./local_build.sh took in last. */
async function chosenRelease({ release }: Settings, env: Environment): Promise<string | undefined> {
  if (release === undefined) return undefined;
  const telling = setTimeout(() => say(phrase('Reading the release {release}', { release })), READING_TOLD_AFTER_MS);
  return takeRelease(env).finally(() => clearTimeout(telling));
}

/** The first signal to stop, including the closing of the terminal. */
const signalled = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, resolve);
  });

async function ownTemporal(
  { dataDir, cacheDir, temporalBin, temporalPort }: Settings,
  env: NodeJS.ProcessEnv,
  ui: HostAndPort,
): Promise<Program> {
  const found = await findTemporal({ cacheDir, ...(temporalBin === undefined ? {} : { binSetting: temporalBin }) });
  // Only the download of the Temporal server may use one.
  forgetProxies(process.env);
  refuseUpgradeOverOpenRuns(dataDir, found.version);
  return temporalProgram({ bin: found.path, version: found.version, dataDir, port: temporalPort, ui, env });
}

try {
  await main();
  process.exit(DONE);
} catch (error) {
  if (!(error instanceof CommandLineEnd))
    process.stderr.write(`${isEngineError(error) ? error.message : String(error)}\n`);
  process.exit(error instanceof CommandLineEnd ? error.exitCode : exitCodeOf(error));
}
