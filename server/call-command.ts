import process from 'node:process';
import { ignoreClosedReaders } from '../domain/closed-readers.ts';
import { WRONG_USAGE } from '../domain/exit-codes.ts';
import { resembling } from '../domain/schemas/nearest.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { COMMANDS } from './commands.ts';
import { keepCompiled } from './keep-compiled.ts';

// Called by ./DeploymentEngineServer: runs an operator's command by its name, else the engine.

const [, , name = ''] = process.argv;
ignoreClosedReaders(process);
keepCompiled(process.env);

const run = (program: string): Promise<unknown> => import(new URL(`../${program}`, import.meta.url).href);

if (Object.hasOwn(COMMANDS, name)) {
  process.argv.splice(2, 1);
  await run(COMMANDS[name]?.program ?? '');
} else if (name === '' || name.startsWith('-')) {
  await run('server/main.ts');
} else {
  const meant = resembling(name, Object.keys(COMMANDS));
  speakAsSet(process.env);
  const unknown =
    meant === undefined
      ? phrase('There is no command {name}. --help names them all.', { name })
      : phrase('There is no command {name}; did you mean {meant}? --help names them all.', { name, meant });
  process.stderr.write(`${inOwnLanguage(unknown)}\n`);
  process.exitCode = WRONG_USAGE;
}
