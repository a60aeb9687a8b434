import {
  type DataTypeNode,
  type Kysely,
  PostgresAdapter,
  PostgresDialect,
  type PostgresPool,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import type { StoreAdapter, StoreDialect } from '../dialect.ts';
import { placeOf, type PostgresSettings } from './connection-settings.ts';
import { SchemaIntrospector } from './schema-introspector.ts';
import { createSpaceCheck } from './space.ts';

/** Kysely's own dialect, with what the store asks of a database besides. */
export class StorePostgresDialect extends PostgresDialect {
  readonly #store: StoreDialect;
  readonly #schema: string;

  constructor(pool: PostgresPool, settings: PostgresSettings) {
    super({ pool });
    this.#store = storeDialect(settings);
    this.#schema = settings.cluster;
  }

  override createAdapter(): PostgresAdapter {
    return new PostgresStoreAdapter(this.#store);
  }

  override createQueryCompiler(): PostgresQueryCompiler {
    return new BytewiseCompiler();
  }

  override createIntrospector(db: Kysely<never>): SchemaIntrospector {
    return new SchemaIntrospector(db, this.#schema);
  }
}

class PostgresStoreAdapter extends PostgresAdapter implements StoreAdapter {
  readonly store: StoreDialect;

  constructor(store: StoreDialect) {
    super();
    this.store = store;
  }

  // Migrations have their own turn, one per cluster.
  override async acquireMigrationLock(_db: Kysely<never>): Promise<void> {}
}

/** Texts are compared byte by byte, as in SQLite, whatever language the database has. Only columns' types are written as such. */
class BytewiseCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (node.dataType === 'text') this.append(' collate "C"');
  }
}

const storeDialect = ({ url, cluster }: PostgresSettings): StoreDialect => ({
  data: `cluster ${cluster} in ${placeOf(url)}`,
  columns: { serial: 'bigserial' },
  schema: cluster,

  async takeTurn(transaction, turn) {
    // Let go after the commit is visible, so whoever comes next sees all of it: each statement looks anew (READ COMMITTED).
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${cluster}/${turn}`}, 0))`.execute(transaction);
  },

  async announceLines(transaction) {
    await sql`select pg_notify(${cluster}, '')`.execute(transaction);
  },

  assertSpace: createSpaceCheck(),
});
