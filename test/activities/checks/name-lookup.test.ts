import { expect, it } from 'vitest';
import { lookUp, printLookup } from '../../../activities/checks/name-lookup.ts';
import { sh } from '../../../domain/command.ts';
import { run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const look = sh`
  ${lookUp('api.cf.local')}
  ${printLookup}`;
const without = { ...look, text: look.text.replace('command -v timeout', 'false') };

it.each([
  ['is there', 'echo 10.0.0.1', 'found'],
  ['is nowhere', 'exit 2', 'unknown'],
  ['nobody answers for', 'exec sleep 3600', 'silent'],
])('says of a name that it %s, with and without timeout', (_case, getent, lookup) => {
  const path = programs({ getent });
  for (const each of [look, without]) expect(run(each, { path }).stdout).toBe(`lookup=${lookup}\n`);
});
