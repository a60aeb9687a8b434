import { performance } from 'node:perf_hooks';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { Driver } from 'kysely';
import { SqliteConnection } from './connection.ts';
import { openDatabase } from './open-database.ts';
import { whenFree } from './when-free.ts';

// SQLite answers synchronously: after so long the event loop gets a turn.
const LONGEST_TURN_MS = 10;

/** Every transaction takes the write lock at its start, so none fails half-way because another process wrote first. */
export class NodeSqliteDriver implements Driver {
  readonly #file: string;
  #database: DatabaseSync | undefined;
  #connection: SqliteConnection | undefined;
  #turnBegan = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async init(): Promise<void> {
    this.#database = await openDatabase(this.#file);
    this.#connection = new SqliteConnection(this.#database, this.#file);
  }

  async acquireConnection(): Promise<SqliteConnection> {
    if (this.#connection === undefined) throw new Error('The database is not open.');
    await this.#letOthersWork();
    return this.#connection;
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    await whenFree(() => connection.run('begin immediate'));
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    connection.run('commit');
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    // SQLite rolls back by itself when the disk is full.
    if (connection.isInTransaction) connection.run('rollback');
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#connection?.forgetStatements();
    this.#database?.close();
  }

  async #letOthersWork(): Promise<void> {
    if (performance.now() - this.#turnBegan < LONGEST_TURN_MS) return;
    await setImmediate();
    this.#turnBegan = performance.now();
  }
}
