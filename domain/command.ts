import { MASK, Secret } from './secret.ts';

/** A shell command as a value: what runs, what may be shown, and what travels on standard input. */
export interface Command {
  /** POSIX sh text. Never contains a secret: it may appear in argv, ledgers and logs. */
  readonly text: string;
  /** Secrets by the shell variable name the text refers to; sent on standard input and set, not exported, before the text runs. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** A command that ended: without exit code and without signal there is no result, but a ConnectionLost. */
export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

type Value = string | number | Secret | Raw | Command | readonly (string | number)[];

/** Shell text that is inserted as it is. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Marks text as shell code rather than as a value to be quoted. */
export const raw = (text: string): Raw => new Raw(text);

/** Builds a command: every value is quoted, secrets become variables, lists become words, commands are spliced in. */
export function sh(strings: TemplateStringsArray, ...values: readonly Value[]): Command {
  const words = values.map((value) => {
    if (value instanceof Secret) return `"$${variable(value)}"`;
    if (value instanceof Raw || isCommand(value)) return value.text;
    return Array.isArray(value) ? value.map(quote).join(' ') : quote(value as string | number);
  });
  const text = dedent(strings.raw)
    .map((part, index) => unescape(part) + (words[index] ?? ''))
    .join('');
  return { text, secrets: secretsOf(values) };
}

/** Commands one after the other, or as words beside each other with a blank `between`. */
export const joined = (commands: readonly Command[], between = '\n'): Command => ({
  text: commands.map(({ text }) => text).join(between),
  secrets: Object.assign({}, ...commands.map(({ secrets }) => secrets)) as Command['secrets'],
});

/** Quotes one value for POSIX sh. */
export function quote(value: string | number): string {
  const text = String(value);
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** How a command appears in logs and in the ledger: secrets are variables already, so this only names them. */
export const shown = ({ text, secrets }: Command): string =>
  Object.keys(secrets).length === 0 ? text : `${text}  # ${Object.keys(secrets).join(', ')}=${MASK}`;

const variable = ({ name }: Secret): string => `SECRET_${name}`;

function secretsOf(values: readonly Value[]): Record<string, Secret> {
  const found = values.flatMap((value) => {
    if (value instanceof Secret) return [value];
    return typeof value === 'object' && isCommand(value) ? Object.values(value.secrets) : [];
  });
  return Object.fromEntries(found.map((secret) => [variable(secret), secret]));
}

// A template literal must escape these two to write shell's own; the rest is taken as typed.
const unescape = (part: string): string => part.replaceAll('\\${', '${').replaceAll('\\`', '`');

const isCommand = (value: Value): value is Command => typeof value === 'object' && 'secrets' in value;

/** Removes the indentation that a template literal in indented code carries; what is inserted stays as it is. */
function dedent(parts: readonly string[]): readonly string[] {
  if (parts[0]?.startsWith('\n') !== true) return parts;
  // A placeholder, because a line may begin with a value.
  const indents = [...parts.join('?').matchAll(/\n( *)\S/g)].map(([, indent = '']) => indent.length);
  const margin = new RegExp(`\n {0,${Math.min(...indents)}}`, 'g');
  const lines = parts.map((part) => part.replace(margin, '\n'));
  return lines.map((part, index) => trim(part, index === 0, index === parts.length - 1));
}

function trim(part: string, isFirst: boolean, isLast: boolean): string {
  const begun = isFirst ? part.slice(1) : part;
  return isLast ? begun.trimEnd() : begun;
}
