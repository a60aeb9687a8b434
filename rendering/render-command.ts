import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { getSystemErrorMessage } from 'node:util';
import { Command, CommanderError } from 'commander';
import type { Configuration } from '../domain/configuration.ts';
import { InputError, isEngineError } from '../domain/errors.ts';
import { ENVIRONMENT_LACKS, FAILED, WRONG_USAGE } from '../domain/exit-codes.ts';
import { instancesByPosition, instanceTag } from '../domain/instance.ts';
import { placeholderWarnings } from '../domain/manifest/manifest.ts';
import { DEFAULT_PROFILE } from '../domain/profiles/profiles.ts';
import { parseConfiguration } from '../domain/schemas/configuration.ts';
import { parseSettings } from '../domain/schemas/settings.ts';
import { readJson } from '../domain/schemas/strict-json.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { countOf } from '../domain/text/counts.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { versionOf } from '../domain/versions/versions.ts';
import { JobArchives } from '../release/archive/job-archives.ts';
import { monitProgram } from '../release/monit/monit-program.ts';
import { readRelease } from '../release/read-release.ts';
import { readJobTexts } from './job-texts.ts';
import { createMonitJudge } from './monit-judgement.ts';
import { renderCluster, renderingWarnings } from './render-cluster.ts';
import { renderedFiles, refuseForeignFolder, writeRendering } from './rendering-folder.ts';
import { createRubies, type Rubies, snapshotFile } from './sandbox/rubies.ts';
import { openSecrets } from './secrets-file.ts';

// What `./DeploymentEngineServer render` calls: renders a configuration without an engine and without nodes.

speakAsSet(process.env);

const command = new Command('./DeploymentEngineServer render')
  .description('Renders every template of every instance, without an engine and without nodes.')
  .option(
    '--release <file>',
    "release tarball, unpacked tarball or checkout of the release's repository; packages may be missing",
  )
  .option('--config <file>', 'the configuration, as POST /deployment-engine/config takes it')
  .option(
    '--out <dir>',
    'gets COMPONENT_NUMBER/{manifest.yml,spec.json,jobs/JOB/PATH,monit/JOB.monitrc} per instance, readable by its owner ' +
      'alone; an earlier rendering there is replaced',
  )
  .option('--secrets <file>', 'keeps generated secrets, so that the next rendering gives the same bytes')
  .helpOption('--help', 'show this')
  .addHelpText(
    'after',
    '\nExit codes: 0 rendered, 1 failed with nothing written, 2 wrong usage, 3 the environment lacks something',
  )
  .showHelpAfterError()
  .exitOverride();

interface Arguments {
  readonly release: string;
  readonly config: string;
  readonly out: string;
  readonly secrets: string | undefined;
}

async function render(
  { release: releaseFile, config, out, secrets: secretsFile }: Arguments,
  rubies: Rubies,
  cacheDir: string,
): Promise<void> {
  await refuseForeignFolder(out);
  // Ruby starts while the release is read.
  rubies.prepare();
  const archives = new JobArchives();
  const [release, configuration] = await both(
    located(releaseFile, readRelease(releaseFile, archives, { allowMissingPackages: true })),
    located(config, readConfiguration(config)),
  );
  for (const { pointer, message } of placeholderWarnings(configuration)) warn(config, pointer, message);
  const version = versionOf(release);
  const { secrets, keep } = await openSecrets(secretsFile, version, configuration.properties);
  const monit = await createMonitJudge(monitProgram(cacheDir, DEFAULT_PROFILE.name));
  const rendered = await renderCluster({
    configuration,
    instances: instancesByPosition(configuration.components),
    release,
    version,
    secrets,
    texts: ({ archive }) => readJobTexts(archives.get(archive.sha256)),
    monit,
    rubies,
  });
  for (const { pointer, message } of renderingWarnings(rendered)) warn(releaseFile, pointer, message);
  await keep();
  await writeRendering(out, rendered);
  const counts = rendered.map((each) => ({ tag: instanceTag(each.instance.id), count: renderedFiles(each).size }));
  for (const { tag, count } of counts)
    process.stdout.write(`${inOwnLanguage(phrase('{place}: {what}', { place: tag, what: countOf(count, 'file') }))}\n`);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  process.stdout.write(`${inOwnLanguage(phrase('monit entries: judged by {name}', { name: monit.name }))}\n`);
  process.stdout.write(
    `${inOwnLanguage(
      phrase('{files} of {instances} of {release} {version} in {folder}', {
        files: countOf(total, 'file'),
        instances: countOf(rendered.length, 'instance'),
        release: release.name,
        version: release.version,
        folder: out,
      }),
    )}\n`,
  );
}

const warn = (file: string, place: string, what: Text): boolean =>
  process.stderr.write(`${inOwnLanguage(phrase('warning: {file} {place}: {what}', { file, place, what }))}\n`);

async function readConfiguration(file: string): Promise<Configuration> {
  const { value, respelled } = readJson(await readFile(file, 'utf8'), 'InvalidConfiguration');
  return parseConfiguration(value, { respelled }).configuration;
}

/** A problem says which of the files has it. */
const located = <Value>(file: string, reading: Promise<Value>): Promise<Value> =>
  reading.catch((error: unknown) => {
    throw new Failure(problemsOf(error).map((problem) => `${file}${problem}`));
  });

/** Tells the problems of both when both fail. */
async function both<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<[First, Second]> {
  const settled = await Promise.allSettled([first, second]);
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as Failure] : []));
  if (failures.length > 0) throw new Failure(failures.flatMap(({ lines }) => lines));
  return [await first, await second];
}

class Failure extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('; '));
    this.lines = lines;
  }
}

const problemsOf = (error: unknown): string[] =>
  error instanceof InputError
    ? error.problems.map(({ pointer, message }) => `${pointer && ` ${pointer}`}: ${inOwnLanguage(message)}`)
    : [`: ${wordsOf(error)}`];

/** A file that cannot be read is named by the caller. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno } = error as NodeJS.ErrnoException;
  return errno === undefined
    ? error.message
    : inOwnLanguage(phrase('cannot be read: {why}', { why: getSystemErrorMessage(errno) }));
}

/** Names every missing option, not only the first. */
function readArguments(): Arguments {
  const { release = '', config = '', out = '', secrets } = command.parse().opts<Partial<Arguments>>();
  const missing = Object.entries({ release, config, out }).filter(([, value]) => value === '');
  if (missing.length > 0) command.error(`error: missing ${missing.map(([name]) => `--${name}`).join(', ')}`);
  return { release, config, out, secrets };
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  if (isEngineError(error, 'EnvironmentLacking')) return ENVIRONMENT_LACKS;
  return isEngineError(error, 'InvalidRequest') ? WRONG_USAGE : FAILED;
}

function explain(error: unknown): void {
  // Commander has already said what it did not understand.
  if (error instanceof CommanderError) return;
  const lines =
    error instanceof Failure ? error.lines : problemsOf(error).map((problem) => problem.replace(/^:? /, ''));
  process.stderr.write(lines.map((line) => `${line}\n`).join(''));
}

let rubies: Rubies | undefined;
try {
  const given = readArguments();
  const { cacheDir } = parseSettings(process.env);
  rubies = createRubies({ snapshotFile: snapshotFile(cacheDir) });
  await render(given, rubies, cacheDir);
} catch (error) {
  explain(error);
  process.exitCode = exitCodeOf(error);
} finally {
  rubies?.close();
}
