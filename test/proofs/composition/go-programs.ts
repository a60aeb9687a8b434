// Programs of the composition that nobody packages for Debian: built from their Go modules, once, into the engine's cache.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parseSettings } from '../../../domain/schemas/settings.ts';

interface GoProgram {
  readonly module: string;
  readonly version: string;
  /** Of the module's files, as Go's checksum database has it. */
  readonly sum: string;
  /** Folder of its main package. */
  readonly main: string;
}

export const COMPOSE: GoProgram = {
  module: 'github.com/docker/compose/v2',
  version: 'v2.40.3',
  sum: 'h1:XeYkQu1svDtyfZPv5nTwFryQ25ZJMkIlc4pz9HalMPI=',
  main: './cmd',
};

/** The version that docker-compose.yml pins. */
export const TEMPORAL_UI: GoProgram = {
  module: 'github.com/temporalio/ui-server/v2',
  version: 'v2.53.1',
  sum: 'h1:8qzE2AqhRjiDQHWJ6SNIB7cuPawzHS/U9UgUeDnm97I=',
  main: './cmd/server',
};

const run = promisify(execFile);

const fileOf = ({ module, version }: GoProgram): string =>
  join(parseSettings(process.env).cacheDir, 'go-programs', `${module.replaceAll('/', '-')}-${version}`);

/** The one in the cache, if it is there. */
export const builtProgram = (program: GoProgram): string | undefined =>
  existsSync(fileOf(program)) ? fileOf(program) : undefined;

/** Builds it where it is missing, which takes some minutes; needs Go. */
async function buildProgram(program: GoProgram): Promise<string> {
  const file = fileOf(program);
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  const { stdout } = await go(['mod', 'download', '-json', `${program.module}@${program.version}`]);
  const { Dir: sources, Sum: sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (sum !== program.sum) throw new Error(`${program.module} has the checksum ${sum}, not ${program.sum}`);
  const unfinished = `${file}.${process.pid}`;
  // From its own folder: the module's go.mod and go.sum then decide every version.
  await go(['build', '-C', sources, '-trimpath', '-ldflags=-s -w', '-o', unfinished, program.main]);
  renameSync(unfinished, file);
  return file;
}

/** Beside other work: the machine is in use. */
const go = (words: readonly string[]) =>
  run('nice', ['-n', '10', 'go', ...words], { env: { ...process.env, CGO_ENABLED: '0' }, maxBuffer: 64 * 1024 ** 2 });

if (import.meta.main) for (const each of [COMPOSE, TEMPORAL_UI]) process.stdout.write(`${await buildProgram(each)}\n`);
