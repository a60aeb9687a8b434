import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { ignoreClosedReaders } from '../../domain/closed-readers.ts';
import { ENVIRONMENT_LACKS, FAILED, WRONG_USAGE } from '../../domain/exit-codes.ts';
import { firstOf } from '../../domain/first-of.ts';
import { parseSettings } from '../../domain/schemas/settings.ts';
import { packagedTemporal } from '../packaged-temporal.ts';
import { ENGINE_FOLDER, isPackaged } from '../packaged.ts';
import { productionModules } from './production-modules.ts';
import { commitOf, programFiles } from './program-files.ts';
import { writeArchive } from './write-archive.ts';
import { writeManifest } from './write-manifest.ts';

ignoreClosedReaders(process);

// What `npm run package` calls.

class Lacking extends Error {}

async function build(out: string): Promise<void> {
  const startedAt = performance.now();
  const say = (line: string): void =>
    console.log(`[${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s] ${line}`);
  refuseWithout('git', 'npm', 'tar');
  if (isPackaged() || !existsSync(join(ENGINE_FOLDER, '.git')))
    throw new Lacking(`${ENGINE_FOLDER} is no checkout: packages are built of a commit`);
  const commit = await commitOf(ENGINE_FOLDER);
  if (commit.uncommitted.length > 0) say(`left out, because it is not committed: ${firstOf(commit.uncommitted, 10)}`);
  const temporal = temporalInCache();

  mkdirSync(join(out, '..'), { recursive: true });
  const workshop = mkdtempSync(join(out, '../.package-'));
  try {
    const folder = join(workshop, 'engine');
    mkdirSync(folder);
    await programFiles(ENGINE_FOLDER, commit, folder);
    say(`program: commit ${commit.id.slice(0, 12)} of ${commit.at.toISOString()}`);
    await productionModules(ENGINE_FOLDER, folder);
    say('production modules and Node: installed');
    mkdirSync(join(packagedTemporal(folder), '..'), { recursive: true });
    copyFileSync(temporal, packagedTemporal(folder));
    chmodSync(packagedTemporal(folder), 0o755);
    await writeManifest(folder);
    const archive = join(workshop, 'package.tgz');
    await writeArchive(folder, archive, commit.at);
    renameSync(archive, out);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
  const megabytes = Math.round(statSync(out).size / 1e6);
  const sha256 = execFileSync('sha256sum', [out], { encoding: 'utf8' }).slice(0, 64);
  say(`${relative(process.cwd(), out)}: ${megabytes} MB, sha256 ${sha256}`);
}

/** The pinned one, whose sha256 was compared when it came into the cache and is compared again now. */
function temporalInCache(): string {
  const program = join(ENGINE_FOLDER, 'server/temporal/temporal-binary.ts');
  const { DEPLOYMENT_ENGINE_TEMPORAL_BIN: _, ...env } = process.env;
  const said = execFileSync(process.execPath, [program], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found = said.trim().split(': ').at(-1) ?? '';
  if (!found.startsWith(parseSettings(process.env).cacheDir))
    throw new Lacking(`no Temporal server in the cache: ${said}`);
  return found;
}

function refuseWithout(...programs: readonly string[]): void {
  const missing = programs.filter(
    (name) => !(process.env['PATH'] ?? '').split(':').some((each) => existsSync(join(each, name))),
  );
  if (missing.length > 0) throw new Lacking(`missing: ${missing.join(', ')}`);
}

function readArguments(): { readonly out: string } {
  return new Command('npm run package --')
    .description(
      'Builds the package of the commit that is checked out: program, production modules, Node, the Temporal server, and ' +
        'MANIFEST.sha256 of every file. What is not committed is left out. Two builds of one commit are the same bytes.',
    )
    .option('--out <file>', 'where it goes', 'dist/Deployment-Engine.tgz')
    .helpOption('--help', 'show this')
    .addHelpText('after', '\nExit codes: 0 built, 1 failed, 2 wrong usage, 3 this machine lacks something')
    .exitOverride()
    .parse()
    .opts<{ out: string }>();
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  return error instanceof Lacking ? ENVIRONMENT_LACKS : FAILED;
}

process.umask(0o022);
try {
  await build(resolve(readArguments().out));
} catch (error) {
  // Commander has already said what it did not understand.
  if (!(error instanceof CommanderError)) process.stderr.write(`package: ${(error as Error).message}\n`);
  process.exitCode = exitCodeOf(error);
}
