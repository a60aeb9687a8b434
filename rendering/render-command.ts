import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { isEngineError } from '../domain/errors.ts';
import { ENVIRONMENT_LACKS, FAILED, WRONG_USAGE } from '../domain/exit-codes.ts';
import { cacheDirOf } from '../domain/schemas/cache-dir.ts';
import { speakAsSet } from '../domain/text/own-language.ts';
import { problemsOf, RenderFailure } from './render-failure.ts';
import type { RenderArguments } from './render-files.ts';
import { createRubies, type Rubies, snapshotFile } from './sandbox/rubies.ts';

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

/** Names every missing option, not only the first. */
function readArguments(): RenderArguments {
  const { release = '', config = '', out = '', secrets } = command.parse().opts<Partial<RenderArguments>>();
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
    error instanceof RenderFailure ? error.lines : problemsOf(error).map((problem) => problem.replace(/^:? /, ''));
  process.stderr.write(lines.map((line) => `${line}\n`).join(''));
}

let rubies: Rubies | undefined;
try {
  const given = readArguments();
  rubies = createRubies({ snapshotFile: snapshotFile(cacheDirOf(process.env)) });
  // Ruby starts while the rest is loaded and the release is read.
  rubies.prepare();
  const { renderFiles } = await import('./render-files.ts');
  await renderFiles(given, rubies);
} catch (error) {
  explain(error);
  process.exitCode = exitCodeOf(error);
} finally {
  rubies?.close();
}
