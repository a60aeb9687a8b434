import process from 'node:process';
import { ignoreClosedReaders } from '../domain/closed-readers.ts';
import { WRONG_USAGE } from '../domain/exit-codes.ts';
import { resembling } from '../domain/schemas/nearest.ts';
import { COMMANDS } from './commands.ts';

// Called by ./DeploymentEngineServer: runs an operator's command by its name, else the engine.

const [, , name = ''] = process.argv;
ignoreClosedReaders(process);

const run = (program: string): Promise<unknown> => import(new URL(`../${program}`, import.meta.url).href);

if (Object.hasOwn(COMMANDS, name)) {
  process.argv.splice(2, 1);
  await run(COMMANDS[name]?.program ?? '');
} else if (name === '' || name.startsWith('-')) {
  await run('server/main.ts');
} else {
  const meant = resembling(name, Object.keys(COMMANDS));
  const guess = meant === undefined ? '.' : `; did you mean ${meant}?`;
  process.stderr.write(`There is no command ${name}${guess} --help names them all.\n`);
  process.exitCode = WRONG_USAGE;
}
