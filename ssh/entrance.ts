import { quote } from '../domain/command.ts';
import type { Secret } from '../domain/secret.ts';
import type { Program } from './program.ts';

/** Who runs a program: root as it is, anybody else by sudo. */
export interface Account {
  readonly name: string;
  /** What sudo asks for; unused for root. */
  readonly password: Secret;
}

/** What a node is told: a harmless command line for everybody to see, the rest on standard input. */
export interface Entrance {
  readonly commandLine: string;
  readonly stdin: string;
}

/**
 * Lets a program in as root. Standard input is the password, the mark and the program: a sudo that asks takes the
 * password, one that asks nothing leaves it, so everything before the mark is skipped. The mark is repeated at the end,
 * because a connection that broke halfway looks like an end; and on both outputs, because a login shell may have
 * printed something before.
 */
export function enterAsRoot(account: Account, title: string, mark: string, program: Program): Entrance {
  const asRoot = account.name === 'root';
  const shell = `sh -c ${quote(GATE)} ${quote(`deployment-engine: ${title}`)} ${mark}`;
  return {
    commandLine: asRoot ? shell : `sudo -k -S -p '' ${shell}`,
    stdin: `${asRoot ? '' : `${account.password.reveal()}\n`}${mark}\n${program}\n: ${mark}`,
  };
}

// `read` takes single bytes and leaves the rest of a pipe alone.
const GATE = [
  'while IFS= read -r line && [ "$line" != "$1" ]; do :; done',
  'program=$(cat)',
  'case $program in *"$1") ;; *) exit 75 ;; esac',
  'echo "$1"; echo "$1" >&2',
  'eval "$program"',
].join('; ');
