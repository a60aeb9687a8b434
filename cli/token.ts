import process from 'node:process';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SCOPES, type Scope } from '../domain/access/scopes.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { localLine } from '../domain/run/log.ts';
import { duration } from '../domain/schemas/settings-values.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { unpacked } from '../domain/text/packed.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import type { Store } from '../store/store.ts';
import { endBy } from './end-by.ts';
import { withOwnStore } from './own-store.ts';
import { tokenTable } from './token-table.ts';

const NAME = /^[\w.@-]{1,60}$/;

interface Wanted {
  readonly scope: Scope;
  readonly name: string;
  /** Milliseconds. */
  readonly expires: number;
}

speakAsSet(process.env);

const command = new Command('./DeploymentEngineServer token')
  .description('Makes, lists and revokes access tokens, in the data folder itself; the engine may be running.')
  .helpOption('--help', 'show this')
  .helpCommand(false)
  .exitOverride();

command
  .command('create')
  .description('makes a token and prints it, this once')
  .addOption(new Option('--scope <scope>', 'what its holder may do').choices(SCOPES).makeOptionMandatory())
  .option('--name <name>', 'who is to hold it, as local.log shall name them', readName, 'unnamed')
  .addOption(
    new Option('--expires <time>', 'how long it is good for: 30d, 12h, at most 3650d')
      .argParser(readLifetime)
      .default(readLifetime('90d'), '90d'),
  )
  .action((wanted: Wanted) => withStore((store) => create(store, wanted)));

command
  .command('list')
  .description('lists all tokens, without their texts')
  .action(() =>
    withStore(async ({ tokens }) => {
      process.stdout.write(tokenTable(await tokens.all(), Date.now()));
    }),
  );

command
  .command('revoke')
  .description('ends a token and the sessions it has opened, at once')
  .argument('<id>', 'as `list` shows it')
  .action((id: string) => withStore((store) => revoke(store, id)));

// Readable by its owner only, as everything the engine makes.
process.umask(0o077);
try {
  await command.parseAsync();
} catch (error) {
  endBy(error);
}

async function create(store: Store, { scope, name, expires }: Wanted): Promise<void> {
  const { token, text } = await store.tokens.create({ scope, name, expiresAt: Date.now() + expires });
  const { id } = token;
  await note(store, phrase('token {id} ({name}, {scope}) was made on the control machine', { id, name, scope }));
  // Only the token on standard output, for scripts; text for people goes to standard error.
  process.stdout.write(`${text}\n`);
  const until = new Date(token.expiresAt).toISOString();
  tell(phrase('Token {id} ({name}, {scope}), good until {until}. It is shown this once.', { id, name, scope, until }));
}

async function revoke(store: Store, id: string): Promise<void> {
  if (!(await store.tokens.revoke(id)))
    throw new DeploymentEngineError(
      'InvalidRequest',
      phrase('{id} is the id of no token in force; `list` shows them all', { id }),
    );
  await note(store, phrase('token {id} was revoked on the control machine', { id }));
  tell(phrase('Token {id} is revoked.', { id }));
}

function tell(text: Text): void {
  console.error(inOwnLanguage(text));
}

function note({ log }: Store, line: Text): Promise<void> {
  return log.append(0, [localLine(line)]);
}

function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  return withOwnStore(`token ${process.argv.slice(2).join(' ')}`, ({ store }) => work(store));
}

function readName(text: string): string {
  if (NAME.test(text)) return text;
  throw new InvalidArgumentError(inOwnLanguage(phrase('It is 1 to 60 letters, digits and . _ @ -')));
}

function readLifetime(text: string): number {
  const { data, error } = duration.safeParse(text);
  if (data !== undefined && data > 0) return data;
  throw new InvalidArgumentError(
    inOwnLanguage(error === undefined ? phrase('It is over at once.') : unpacked(error.issues[0]?.message ?? '')),
  );
}
