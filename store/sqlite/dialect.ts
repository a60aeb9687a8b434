import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { StoreAdapter, StoreDialect } from '../dialect.ts';
import { NodeSqliteDriver } from './driver.ts';
import { assertSpace } from './space.ts';

/** Kysely over Node's own SQLite. */
export const nodeSqliteDialect = (file: string): Dialect => ({
  createAdapter: () => new TransactionalSqliteAdapter(storeDialect(file)),
  createDriver: () => new NodeSqliteDriver(file),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

/** One connection per process, guarded by Kysely's mutex. SQLite can create tables inside a transaction. */
class TransactionalSqliteAdapter extends SqliteAdapter implements StoreAdapter {
  readonly store: StoreDialect;

  constructor(store: StoreDialect) {
    super();
    this.store = store;
  }

  override get supportsTransactionalDdl(): true {
    return true;
  }
}

const storeDialect = (file: string): StoreDialect => ({
  data: 'this data folder',
  columns: { serial: 'integer' },
  schema: undefined,
  // Every transaction begins with the write lock, so it has all turns.
  takeTurn: async () => {},
  // Readers poll: nothing in SQLite tells another process.
  announceLines: async () => {},
  assertSpace: () => assertSpace(file),
});
