import { quote } from '../../domain/command.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Program } from '../runner/programs.ts';

/** The account that runs a program: root directly, any other with sudo. */
export interface Account {
  readonly name: string;
  /** For sudo; unused for root. */
  readonly password: Secret;
}

/** What is sent to a node: a harmless command line, which everybody can see, and the rest on standard input. */
export interface RootCommand {
  readonly commandLine: string;
  /** To be sent as soon as `started` is seen. A sudo that asks for nothing leaves it unread, and then it is skipped. */
  readonly password: string;
  /** To be sent only after `listening` is seen: it may hold secrets. */
  readonly program: string;
}

/** sudo's prompt; seen twice, the first password was wrong. */
export const prompt = (mark: string): string => `${mark}?`;
/** Printed to standard error once the account's start-up files are done: before that they could read the password. */
export const started = (mark: string): string => `${mark}~\n`;
/** Printed to standard error once root's shell is ready for the program. */
export const listening = (mark: string): string => `${mark}!\n`;

/** Whether root's shell ends with the program, leaves it the rest of the input, or waits for more programs. */
export type Stay = 'once' | 'with input' | 'for more';

/**
 * Starts a program as root. Everything before the mark is skipped. The mark is repeated at the end, because a connection that
 * broke halfway looks like the end; and on both outputs, because a login shell may have printed something before. A program
 * with input reads it after its own text; a shell that stays is sent each program by itself.
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

/** Full paths, since sudo's secure_path may lead elsewhere, and nothing of the node's environment. */
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
  // csh takes no line end between quotes.
  'program= nl=$(printf "\\nx"); nl=${nl%x}',
  'while IFS= read -r line && [ "$line" != ": $1" ]; do program="$program$line$nl"; done',
  '[ "$line" = ": $1" ] || exit 75',
  'echo "$1"; echo "$1" >&2',
  'eval "$program"',
].join('; ');

// `head -c` reads no byte too many.
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
