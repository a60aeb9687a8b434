import { setImmediate } from 'node:timers/promises';
import type { Insertable, Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { Vault } from '../secrets/encryption.ts';
import type { KnownSecrets } from '../secrets/known-secrets.ts';
import type { Masker } from '../secrets/masking.ts';
import type { ByteRange, LogCopies } from './contract.ts';
import { NOTHING_PENDING, splitOutput } from './output-lines.ts';

/** Milliseconds; long enough to read a copy range by range. */
const KEPT_MS = 600_000;
/** Approximate number of bytes encrypted together. */
const PIECE = 256 * 1024;
const WHOLE: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER };

type Piece = Insertable<Schema['log_copy_pieces']>;

interface Parts {
  readonly db: Kysely<Schema>;
  readonly vault: Vault;
  readonly knownSecrets: KnownSecrets;
  readonly clock: () => number;
}

export function createLogCopies({ db, vault, knownSecrets, clock }: Parts): LogCopies {
  const oldest = (): number => clock() - KEPT_MS;

  const sweep = (): Promise<void> =>
    db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('log_copies').where('made_at', '<', oldest()).execute();
      await transaction.deleteFrom('log_copy_pieces').where('made_at', '<', oldest()).execute();
    });

  const sealed = async (id: string, chunks: Iterable<Uint8Array>): Promise<Piece[]> => {
    const pieces: Piece[] = [];
    let start = 0;
    for (const piece of piecesOf(chunks, await knownSecrets.masker(db))) {
      const text = vault.seal(piece.toString(), placeOf(id, start));
      pieces.push({ id, start, size: piece.length, made_at: clock(), text });
      start += piece.length;
      // Masking a piece takes long enough that others want a turn.
      await setImmediate();
    }
    return pieces;
  };

  const pieceWith = (id: string, byte: number) =>
    db
      .selectFrom('log_copy_pieces')
      .select(['start', 'size', 'text'])
      .where('id', '=', id)
      .where('start', '<=', byte)
      .orderBy('start', 'desc')
      .limit(1)
      .executeTakeFirst();

  return {
    sweep,

    async keep(id, chunks) {
      await sweep();
      const pieces = await sealed(id, chunks);
      const size = pieces.reduce((sum, piece) => sum + piece.size, 0);
      await db.transaction().execute(async (transaction) => {
        const row = await transaction
          .insertInto('log_copies')
          .values({ id, made_at: clock(), size })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst();
        if (row === undefined) return;
        // An older engine leaves some behind when it is killed.
        await transaction.deleteFrom('log_copy_pieces').where('id', '=', id).execute();
        for (const piece of pieces) await transaction.insertInto('log_copy_pieces').values(piece).execute();
      });
    },

    async size(id) {
      const row = await db
        .selectFrom('log_copies')
        .select('size')
        .where('id', '=', id)
        .where('made_at', '>=', oldest())
        .executeTakeFirst();
      return row?.size;
    },

    async *read(id, { start, end } = WHOLE) {
      for (let from = start; from <= end;) {
        const piece = await pieceWith(id, from);
        if (piece === undefined || piece.start + piece.size <= from) return;
        const bytes = Buffer.from(vault.open(piece.text, placeOf(id, piece.start)));
        yield bytes.subarray(from - piece.start, Math.max(0, end + 1 - piece.start));
        from = piece.start + piece.size;
      }
    },
  };
}

/** The masked text in pieces of whole lines. */
function* piecesOf(chunks: Iterable<Uint8Array>, masker: Masker): Generator<Buffer> {
  let pending = NOTHING_PENDING;
  let text = '';
  for (const chunk of chunks) {
    const split = splitOutput(pending, chunk, { masker });
    pending = split.pending;
    text += textOf(split.lines);
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  text += textOf(splitOutput(pending, new Uint8Array(), { masker, last: true }).lines);
  if (text !== '') yield Buffer.from(text);
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const placeOf = (id: string, start: number): string => `log_copy_pieces/${id}/${start}/text`;
