import process from 'node:process';
import { nearest } from '../domain/schemas/nearest.ts';
import { COMMANDS } from './commands.ts';

// Called by ./DeploymentEngineServer: runs an operator's command by its name, else the engine.

const WRONG_USAGE = 2;

const [, , name = ''] = process.argv;
const run = (program: string): Promise<unknown> => import(new URL(`../${program}`, import.meta.url).href);

if (Object.hasOwn(COMMANDS, name)) {
  process.argv.splice(2, 1);
  await run(COMMANDS[name]?.program ?? '');
} else if (name === '' || name.startsWith('-')) {
  await run('server/main.ts');
} else {
  const meant = nearest(name, Object.keys(COMMANDS));
  process.stderr.write(`There is no command ${name}; did you mean ${meant}? --help names them all.\n`);
  process.exitCode = WRONG_USAGE;
}
