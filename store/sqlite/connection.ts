import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { sqliteFailure } from './failures.ts';
import { whenFree } from './when-free.ts';

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

// More statements than the store has; inserting log lines takes one for each batch size.
const KEPT_STATEMENTS = 256;
/**
 * Characters of SQL and values. A statement keeps the values of its last time, so that what inserts many rows, or a plan of
 * megabytes, costs more memory than preparing it again costs time: 0.25 ms for 300 rows.
 */
const KEPT_SIZE = 16_384;

export class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #prepared = new Map<string, Prepared>();

  constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
  }

  get isInTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** Runs SQL that takes no values and returns no rows. */
  run(text: string): void {
    this.#naming(() => this.#database.exec(text));
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return whenFree(() => this.#naming(() => this.#execute<Row>(query)));
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('The store reads in pages and does not stream.');
  }

  forgetStatements(): void {
    this.#prepared.clear();
  }

  #execute<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const { statement, returnsRows } = this.#prepare(sql);
    const values = parameters as readonly SQLInputValue[];
    if (sizeOf(sql, values) > KEPT_SIZE) this.#prepared.delete(sql);
    if (returnsRows) return { rows: statement.all(...values) as Row[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    if (this.#prepared.size >= KEPT_STATEMENTS) this.#prepared.clear();
    const statement = this.#database.prepare(sql);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  #naming<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      throw sqliteFailure(error, this.#file);
    }
  }
}

const sizeOf = (sql: string, values: readonly SQLInputValue[]): number =>
  values.reduce((sum: number, value) => sum + (typeof value === 'string' ? value.length : 0), sql.length);
