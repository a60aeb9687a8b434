import { quote } from '../../domain/command.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Program } from '../runner/programs.ts';

/** Who runs a program: root as it is, anybody else by sudo. */
export interface Account {
  readonly name: string;
  /** What sudo asks for; unused for root. */
  readonly password: Secret;
}

/** What a node is told: a harmless command line for everybody to see, the rest on standard input. */
export interface RootCommand {
  readonly commandLine: string;
  /** To be sent once `started` is said, and then at once: a sudo that asks nothing leaves it, and then it is skipped. */
  readonly password: string;
  /** To be sent to whoever says `listening`, and to nobody else: it may hold secrets. */
  readonly program: string;
}

/** How sudo asks for the password; seen twice, the first answer was wrong. */
export const prompt = (mark: string): string => `${mark}?`;
/** What is said on standard error when the account's start-up files are through: before, they could read the password. */
export const started = (mark: string): string => `${mark}~\n`;
/** What root's shell says on standard error when it is ready for the program. */
export const listening = (mark: string): string => `${mark}!\n`;

/** Whether root's shell ends with the program, leaves it its input, or waits for more programs. */
export type Stay = 'once' | 'with input' | 'for more';

/**
 * Lets a program in as root. Everything before the mark is skipped. The mark is repeated at the end, because a connection
 * that broke halfway looks like an end; and on both outputs, because a login shell may have printed something before.
 * A program that keeps the input reads on in it after its own end; a shell that stays for more is sent each by itself.
 */
export function becomeRoot(
  account: Account,
  title: string,
  mark: string,
  program: Program,
  stay: Stay = 'once',
): RootCommand {
  const asRoot = account.name === 'root';
  const shell = `${CLEAN_SHELL} -c ${quote(GATES[stay])} ${quote(`deployment-engine: ${title}`)} ${mark}`;
  return {
    // Understood by every login shell.
    commandLine: `/bin/sh -c ${quote(START)} sh ${mark} ${asRoot ? shell : `sudo -k -S -p ${quote(prompt(mark))} ${shell}`}`,
    password: asRoot ? '' : `${account.password.reveal()}\n`,
    program: PROGRAMS[stay](mark, program),
  };
}

const START = 'echo "$1~" >&2; shift; exec "$@"';

/** Named in full, since sudo's secure_path may lead elsewhere, and without what the node's environment would change. */
const CLEAN_SHELL = '/usr/bin/env -i /bin/sh';

// `read` takes single bytes and leaves the rest of a pipe alone.
const GATE = [
  'echo "$1!" >&2',
  'while IFS= read -r line && [ "$line" != "$1" ]; do :; done',
  'program=$(cat)',
  'case $program in *"$1") ;; *) exit 75 ;; esac',
  'echo "$1"; echo "$1" >&2',
  'eval "$program"',
].join('; ');

const OPEN_GATE = [
  'echo "$1!" >&2',
  'while IFS= read -r line && [ "$line" != "$1" ]; do :; done',
  'program=',
  'while IFS= read -r line && [ "$line" != ": $1" ]; do program="$program$line\n"; done',
  '[ "$line" = ": $1" ] || exit 75',
  'echo "$1"; echo "$1" >&2',
  'eval "$program"',
].join('; ');

// `head` reads no byte too many.
const ROUNDS_GATE = [
  'echo "$1!" >&2',
  'while IFS= read -r line && [ "$line" != "$1" ]; do :; done',
  [
    'while read -r mark length; do program=$(head -c "$length")',
    'case $program in *": $mark") ;; *) exit 75 ;; esac',
    'echo "$mark"; echo "$mark" >&2',
    '(eval "$program") </dev/null',
    'code=$? program=; echo "$mark.$code"; echo "$mark.$code" >&2',
    'done',
  ].join('; '),
].join('; ');

const GATES: Readonly<Record<Stay, string>> = { once: GATE, 'with input': OPEN_GATE, 'for more': ROUNDS_GATE };

const PROGRAMS: Readonly<Record<Stay, (mark: string, program: Program) => string>> = {
  once: (mark, program) => `${mark}\n${program}\n: ${mark}`,
  'with input': (mark, program) => `${mark}\n${program}\n: ${mark}\n`,
  'for more': (mark) => `${mark}\n`,
};
