import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The command of one of our own programs, such as `cli/activate.ts`; it ends with this process, whatever it is at. */
export const ownProgram = (file: string): [program: string, words: string[]] => [
  'setpriv',
  ['--pdeathsig', 'TERM', '--', process.execPath, fileURLToPath(new URL(`../${file}`, import.meta.url))],
];
