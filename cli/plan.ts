import { readFileSync } from 'node:fs';
import process from 'node:process';
import { getSystemErrorMessage } from 'node:util';
import { Command, CommanderError } from 'commander';
import { ENVIRONMENT_LACKS, FAILED, WRONG_USAGE } from '../domain/exit-codes.ts';
import type { PlanPreview } from '../domain/plan/plan-preview.ts';
import { forgetProxies } from '../domain/proxy-variables.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { callEngine, engineAccess, EngineNotReached } from './engine-api.ts';
import { planText } from './plan-text.ts';

class UnreadableFile extends Error {}

speakAsSet(process.env);

const command = new Command('./DeploymentEngineServer plan')
  .description(
    'Shows what a deploy would do, and why. Asks the running engine at DEPLOYMENT_ENGINE_LISTEN; changes nothing.',
  )
  .option('--config <file>', 'plan with this configuration instead of the posted one')
  .option('--json', "print the engine's answer as it is")
  .helpOption('--help', 'show this')
  .exitOverride();

forgetProxies(process.env);
try {
  const { config, json } = command.parse().opts<{ config?: string; json?: true }>();
  const body = config === undefined ? undefined : readConfiguration(config);
  const preview = (await callEngine(
    engineAccess(process.env),
    body === undefined ? 'GET' : 'POST',
    '/plan',
    body,
  )) as PlanPreview;
  console.log(json === true ? JSON.stringify(preview, undefined, 2) : planText(preview));
} catch (error) {
  process.exitCode = exitCodeOf(error);
  // Commander has already said what it did not understand.
  if (!(error instanceof CommanderError)) console.error((error as Error).message);
}

function readConfiguration(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { errno = 0 } = cause as NodeJS.ErrnoException;
    const words = { file, why: getSystemErrorMessage(errno) };
    const message = `--config: ${inOwnLanguage(phrase('{file} cannot be read: {why}', words))}`;
    throw new UnreadableFile(message, { cause });
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  if (error instanceof EngineNotReached) return ENVIRONMENT_LACKS;
  return error instanceof UnreadableFile ? WRONG_USAGE : FAILED;
}
