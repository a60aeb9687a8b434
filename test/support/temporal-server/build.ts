// The real Temporal server: nobody publishes it as a file, so it is built from its Go module, once, into the engine's cache.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { digestOf } from '../../../mirror/blobs/digest.ts';

const VERSION = '1.32.0';
const MODULE = `go.temporal.io/server@v${VERSION}`;
/** Of the module's files, as Go's checksum database has it. */
const SUM = 'h1:JQoqsVREaGc8vcuDNfuRlySiV3tVi81XUOVC9LeL/1Y=';
/** As the module's own Makefile builds what is released. */
const FLAGS = ['-trimpath', '-tags', 'disable_grpc_modules', '-ldflags=-s -w'];
const PROGRAMS = { 'temporal-server': 'cmd/server', 'temporal-sql-tool': 'cmd/tools/sql' } as const;

export interface BuiltTemporal {
  readonly server: string;
  readonly sqlTool: string;
  /** Its folders `temporal` and `visibility` have the tables of PostgreSQL, version by version. */
  readonly schema: string;
}

const run = promisify(execFile);

const folder = (): string => join(parseSettings(process.env).cacheDir, 'temporal-server', VERSION);

const inFolder = (path: string): BuiltTemporal => ({
  server: join(path, 'temporal-server'),
  sqlTool: join(path, 'temporal-sql-tool'),
  schema: join(path, 'schema'),
});

/** The one in the cache, if it is there and as it was built. */
export async function builtTemporal(): Promise<BuiltTemporal | undefined> {
  const path = folder();
  if (!existsSync(join(path, 'SHA256SUMS'))) return undefined;
  return readFileSync(join(path, 'SHA256SUMS'), 'utf8') === (await sums(path)) ? inFolder(path) : undefined;
}

/** For the names of tests that are left out without it. */
export const HOW_TO_BUILD = `temporal-server ${VERSION}, which node test/support/temporal-server/build.ts builds where Go is installed`;

/** Builds it where it is missing; about a quarter of an hour of one core. */
async function buildTemporal(): Promise<BuiltTemporal> {
  const built = await builtTemporal();
  if (built !== undefined) return built;
  const path = folder();
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = mkdtempSync(`${path}-`);
  try {
    const { stdout } = await go(['mod', 'download', '-json', MODULE]);
    const { Dir: sources, Sum: sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
    if (sum !== SUM) throw new Error(`${MODULE} has the checksum ${sum}, not ${SUM}`);
    const binaries = join(unfinished, 'bin');
    const packages = Object.values(PROGRAMS).map((each) => `go.temporal.io/server/${each}@v${VERSION}`);
    await go(['install', ...FLAGS, ...packages], { GOBIN: binaries });
    for (const [name, source] of Object.entries(PROGRAMS))
      renameSync(join(binaries, source.split('/').at(-1) ?? ''), join(unfinished, name));
    rmSync(binaries, { recursive: true });
    for (const part of ['temporal', 'visibility'])
      cpSync(join(sources, 'schema/postgresql/v12', part, 'versioned'), join(unfinished, 'schema', part), {
        recursive: true,
      });
    // Modules are read only.
    await run('chmod', ['-R', 'u+w', unfinished]);
    writeFileSync(join(unfinished, 'SHA256SUMS'), await sums(unfinished));
    rmSync(path, { recursive: true, force: true });
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return inFolder(path);
}

async function sums(path: string): Promise<string> {
  const lines = await Promise.all(
    Object.keys(PROGRAMS).map(async (name) => `${(await digestOf(join(path, name)))?.sha256}  ${name}\n`),
  );
  return lines.join('');
}

/** Beside other work: the machine is in use. */
const go = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run('nice', ['-n', '10', 'go', ...words], {
    env: { ...process.env, CGO_ENABLED: '0', ...env },
    maxBuffer: 64 * 1024 ** 2,
  });

if (import.meta.main) {
  const { server } = await buildTemporal();
  process.stdout.write(`${server}\n`);
}
