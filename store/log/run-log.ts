import type { Transaction } from 'kysely';
import type { Database } from '../database.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { Vault } from '../secrets/encryption.ts';
import type { KnownSecrets } from '../secrets/known-secrets.ts';
import { mapTexts } from '../secrets/map-texts.ts';
import type { Masker } from '../secrets/masking.ts';
import { appendLines, assertTakesLines } from './append-lines.ts';
import type { LineBatch, OutputSource, RunLog } from './contract.ts';
import { createSourcePositions } from './log-output.ts';
import { createLogReader } from './log-reader.ts';
import { forgetLines } from './log-retention.ts';
import { splitMessage, splitOutput } from './output-lines.ts';

// Two values each; the cluster's other writers wait for every round trip.
const BATCHES_PER_INSERT = 250;

interface Parts extends Omit<Database, 'close'> {
  readonly vault: Vault;
  readonly knownSecrets: KnownSecrets;
  readonly clock: () => number;
}

export function createRunLog({ db, news, vault, knownSecrets, clock }: Parts): RunLog {
  const sources = createSourcePositions(vault);
  let written = 0;

  const appendAll = async (run: number, batches: readonly LineBatch[]): Promise<void> => {
    const stored = await db.transaction().execute(async (transaction) => {
      await takeTurn(transaction, 'log');
      await assertTakesLines(transaction, run);
      const masker = await knownSecrets.masker(transaction);
      const fresh = await newAmong(transaction, run, batches);
      const lines = fresh.flatMap((batch) => linesOf(batch, masker));
      await appendLines(transaction, run, { lines, time: clock() });
      return lines.length;
    });
    written += stored;
  };

  return {
    ...createLogReader(db),
    news,
    forget: (before) => forgetLines(db, before),
    appendAll,
    append: (run, lines, id) => appendAll(run, [{ lines, ...(id === undefined ? {} : { id }) }]),

    async appendOutput(run, source, chunk, as) {
      assertMeasured(source, chunk);
      const stored = await db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'log');
        await assertTakesLines(transaction, run);
        const at = await sources.read(transaction, run, source.key);
        const nothingNew = { position: at.position, count: 0 };
        if (source.start > at.position) return nothingNew;

        const unknown = chunk.subarray(Math.min(at.position - source.start, chunk.length));
        const last = source.last === true && at.position <= source.end;
        if (unknown.length === 0 && !last) return nothingNew;

        const masker = await knownSecrets.masker(transaction);
        const { lines, pending } = splitOutput(at.pending, unknown, { masker, last });
        await appendLines(transaction, run, {
          lines: lines.map((line) => ({ ...as, level: 'out', line })),
          time: clock(),
        });
        const position = at.position + unknown.length;
        await sources.write(transaction, run, source.key, { position, pending });
        return { position, count: lines.length };
      });
      written += stored.count;
      return stored.position;
    },

    written: () => written,

    async offset(run, key) {
      const row = await db
        .selectFrom('log_sources')
        .select('position')
        .where('run', '=', run)
        .where('key', '=', key)
        .executeTakeFirst();
      return row?.position ?? 0;
    },

    mask: async (text) => (await knownSecrets.masker(db)).mask(text),

    async maskOwn(value) {
      const masker = await knownSecrets.masker(db);
      return mapTexts(value, masker.maskOwn);
    },

    learnSecrets: (secrets) =>
      db.transaction().execute((transaction) =>
        knownSecrets.learn(
          transaction,
          secrets.map((secret) => secret.reveal()),
        ),
      ),
  };
}

function assertMeasured({ key, start, end }: OutputSource, chunk: Uint8Array): void {
  if (end - start === chunk.length) return;
  throw new RangeError(`Output of ${key}: ${chunk.length} bytes were given as ${start} to ${end}.`);
}

/** In their order; of several with one id, the first. */
async function newAmong(
  transaction: Transaction<Schema>,
  run: number,
  batches: readonly LineBatch[],
): Promise<readonly LineBatch[]> {
  const rows = batches.flatMap(({ id }) => (id === undefined ? [] : [{ run, id }]));
  const unseen = new Set<string>();
  for (let start = 0; start < rows.length; start += BATCHES_PER_INSERT) {
    const inserted = await transaction
      .insertInto('log_batches')
      .values(rows.slice(start, start + BATCHES_PER_INSERT))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    for (const { id } of inserted) unseen.add(id);
  }
  return batches.filter(({ id }) => id === undefined || unseen.delete(id));
}

const linesOf = ({ lines }: LineBatch, masker: Masker) =>
  lines.flatMap((given) => splitMessage(given.line, masker).map((line) => ({ ...given, line })));
