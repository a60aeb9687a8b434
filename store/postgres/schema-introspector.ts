import { type DatabaseIntrospector, type Kysely, sql, type TableMetadata } from 'kysely';

/**
 * Names the tables of one schema, which is what migrations ask for. Kysely's own reads every column of every table of the
 * database, those of other clusters too.
 */
export class SchemaIntrospector implements DatabaseIntrospector {
  readonly #db: Kysely<never>;
  readonly #schema: string;

  constructor(db: Kysely<never>, schema: string) {
    this.#db = db;
    this.#schema = schema;
  }

  async getSchemas(): Promise<{ name: string }[]> {
    return [{ name: this.#schema }];
  }

  async getTables(): Promise<TableMetadata[]> {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = ${this.#schema}`.execute(this.#db);
    return rows.map(({ name }) => ({ name, schema: this.#schema, isView: false, isForeign: false, columns: [] }));
  }

  async getMetadata(): Promise<{ tables: TableMetadata[] }> {
    return { tables: await this.getTables() };
  }
}
