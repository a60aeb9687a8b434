import type { DialectAdapter, Kysely, Transaction } from 'kysely';
import type { ColumnTypes } from './migrations/column-types.ts';
import type { Schema } from './schema.ts';

/** Everything in which the databases differ for the rooms of the store. */
export interface StoreDialect {
  /** What it keeps, for messages: `this data folder`. */
  readonly data: string;
  readonly columns: ColumnTypes;
  /** The schema that holds the tables; undefined where there is one only. */
  readonly schema: string | undefined;
  /** Waits until no other transaction has this turn; the transaction keeps it to its end. */
  takeTurn(transaction: Transaction<Schema>, turn: Turn): Promise<void>;
  /** Wakes whoever waits for lines, once the transaction is committed. */
  announceLines(transaction: Transaction<Schema>): Promise<void>;
  /** Throws `StoreUnwritable` when there is nearly no space left. */
  assertSpace(db: Kysely<Schema>): Promise<void>;
}

/**
 * What is read before it is written takes turns. A transaction that needs several takes them in this order, so that none waits
 * for another that waits for it.
 */
export type Turn =
  | 'migrations'
  | 'runs'
  | 'revisions'
  | 'secrets'
  | 'log'
  | 'instance numbers'
  | 'installed instances'
  | 'statuses'
  | 'adoptions'
  | 'serials'
  | 'work times'
  | 'old lines'
  | `steps of ${string}`;

/** An adapter of Kysely's, through which a dialect is found wherever a transaction is at hand. */
export interface StoreAdapter extends DialectAdapter {
  readonly store: StoreDialect;
}

export const dialectOf = (db: Kysely<Schema>): StoreDialect => (db.getExecutor().adapter as StoreAdapter).store;

/** See `StoreDialect.takeTurn`. */
export const takeTurn = (transaction: Transaction<Schema>, turn: Turn): Promise<void> =>
  dialectOf(transaction).takeTurn(transaction, turn);
