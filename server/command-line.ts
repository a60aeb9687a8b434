import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { COMMANDS } from './commands.ts';
import { type Environment, optionOf } from '../domain/schemas/settings.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';

/** The program must exit with this code: commander has said what is wrong, or shown the help. */
export class CommandLineEnd extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`the command line ends the program with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** The environment, overridden by the command line's options; throws `CommandLineEnd` for `--help` and misuse. */
export function readCommandLine(arguments_: readonly string[], env: Environment, role?: string): Environment {
  const what =
    role === undefined
      ? 'Starts the Deployment Engine: Temporal, worker, API and mirror.'
      : `Runs one ${role} of the Deployment Engine, in the foreground.`;
  const command = new Command(['./DeploymentEngineServer', role].join(' ').trim())
    .description(`${what} Every option is an environment variable too.`)
    .helpOption('--help', 'show this')
    .exitOverride();
  for (const { variable, description, default: standard, option } of settings()) {
    const shown = standard === undefined || standard === '' ? '' : ` (default ${standard})`;
    command.addOption(new Option(`${option} <value>`, `${description}${shown} [${variable}]`));
  }
  command.addHelpText('after', onlyVariables() + commands());
  const options = parsed(command, arguments_);
  const written = settings().flatMap(({ variable, name }) => {
    const value = options[name];
    return value === undefined ? [] : [[variable, value] as const];
  });
  return { ...env, ...Object.fromEntries(written) };
}

/** Absolute paths, because the children run in other folders. */
export function absolutePaths(env: Environment, folder: string): Environment {
  const paths = PATHS.map((name) => SETTINGS[name]).flatMap(({ variable, default: standard }) => {
    const path = env[variable] || standard;
    return path === undefined ? [] : [[variable, resolve(folder, path)] as const];
  });
  return { ...env, ...Object.fromEntries(paths) };
}

const PATHS = [
  'dataDir',
  'cacheDir',
  'release',
  'temporalBin',
  'keyFile',
  'serialFile',
  'tlsCert',
  'tlsKey',
  'databaseUrlFile',
  'temporalConfigFile',
  'temporalTlsCa',
  'temporalTlsCert',
  'temporalTlsKey',
] as const;

function parsed(command: Command, arguments_: readonly string[]): Record<string, string | undefined> {
  try {
    return command.parse([...arguments_], { from: 'user' }).opts();
  } catch (error) {
    if (error instanceof CommanderError) throw new CommandLineEnd(error.exitCode === 0 ? 0 : 2);
    throw error;
  }
}

const onlyVariables = (): string =>
  `\nOnly as environment variables:${[SETTINGS.key, SETTINGS.serial, SETTINGS.databaseUrl, SETTINGS.temporalApiKey]
    .map(({ variable, description }) => `\n  [${variable}] ${description}`)
    .join('')}`;

const commands = (): string => {
  const lines = Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(18)} ${does}\n`);
  return `\n\nCommands, each with a --help of its own:\n${lines.join('')}`;
};

const settings = () =>
  Object.values(SETTINGS)
    .filter((setting) => !('isSecret' in setting))
    .map((setting) => {
      const option = optionOf(setting);
      return { ...setting, option, name: new Option(`${option} <value>`).attributeName() };
    });
