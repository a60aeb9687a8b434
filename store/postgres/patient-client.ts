import type { PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { PoolClient } from 'pg';
import pg from 'pg';
import { isLost, onlyReads, postgresFailure } from './failures.ts';
import { whileLost } from './patience.ts';

interface Options {
  readonly connect: () => Promise<PoolClient>;
  /** For messages. */
  readonly place: string;
}

const INVALID_PARAMETER = '22023';
/** Turns need each statement to see what was committed before it; what was acknowledged must outlive a crash. */
const BEGIN = `begin isolation level read committed;
  select pg_current_xact_id()::text as id,
    case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'on', true) end`;

/**
 * A connection that is replaced when it was lost, between transactions: outside of them the store only reads. When it is lost at
 * a commit, the server is asked whether the transaction was committed, so that nothing is written twice or given up.
 */
export class PatientClient implements PostgresPoolClient {
  readonly #options: Options;
  #client: PoolClient | undefined;
  #isBroken = false;
  /** Id of the open transaction. */
  #transaction: string | undefined;
  /** What ended the open transaction: to all that follows the server says only that it is over. */
  #failure: unknown;

  constructor(options: Options) {
    this.#options = options;
  }

  /** `begin`, `commit` and `rollback` as Kysely sends them. */
  query(text: unknown, parameters: readonly unknown[] = []): never {
    return this.#naming(() => this.#dispatch(String(text), parameters)) as never;
  }

  release(destroy = false): void {
    this.#client?.release(destroy || this.#isBroken);
    this.#client = undefined;
  }

  async ready(): Promise<this> {
    await this.#naming(() => whileLost(() => this.#connected()));
    return this;
  }

  #dispatch(text: string, parameters: readonly unknown[]): Promise<Result> {
    if (text === 'begin') return whileLost(() => this.#begin());
    if (text === 'commit') return this.#commit();
    if (text === 'rollback') return this.#rollback();
    const send = () => this.#send(text, parameters);
    return this.#transaction === undefined ? whileLost(send) : send();
  }

  async #begin(): Promise<Result> {
    this.#failure = undefined;
    const [begun, named] = (await this.#send(BEGIN)) as unknown as Result[];
    this.#transaction = (named?.rows[0] as { id: string } | undefined)?.id;
    if (begun === undefined) throw new Error('The database began no transaction.');
    return begun;
  }

  async #commit(): Promise<Result> {
    const id = this.#transaction ?? '';
    this.#transaction = undefined;
    try {
      return await this.#send('commit');
    } catch (error) {
      if (isLost(error) && (await whileLost(() => this.#isCommitted(id)))) return COMMITTED;
      throw error;
    }
  }

  async #rollback(): Promise<Result> {
    this.#transaction = undefined;
    // The server rolls back by itself what it has lost.
    return this.#isBroken ? ROLLED_BACK : this.#send('rollback');
  }

  async #isCommitted(id: string): Promise<boolean> {
    try {
      const { rows } = await this.#send('select pg_xact_status($1::xid8) as status', [id]);
      const { status } = rows[0] as { status: string };
      if (status === 'in progress') throw new Error(`transaction ${id} is still being ended`);
      return status === 'committed';
    } catch (error) {
      // Ids that a server lost with a crash are still in its future.
      if (error instanceof pg.DatabaseError && error.code === INVALID_PARAMETER) return false;
      throw error;
    }
  }

  async #send(text: string, parameters: readonly unknown[] = []): Promise<Result> {
    const client = await this.#connected();
    try {
      return (await client.query(text, parameters.map(storable))) as unknown as Result;
    } catch (error) {
      this.#isBroken ||= isLost(error) || onlyReads(error) || this.#transaction === undefined;
      if (this.#transaction === undefined) throw error;
      throw (this.#failure ??= error);
    }
  }

  async #connected(): Promise<PoolClient> {
    if (this.#isBroken && this.#transaction === undefined) this.release();
    if (this.#client !== undefined) return this.#client;
    this.#client = await this.#options.connect();
    this.#isBroken = false;
    return this.#client;
  }

  async #naming<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      throw postgresFailure(error, this.#options.place);
    }
  }
}

type Result = PostgresQueryResult<unknown>;

const COMMITTED: Result = { command: 'COMMIT', rowCount: 0, rows: [] };
const ROLLED_BACK: Result = { command: 'ROLLBACK', rowCount: 0, rows: [] };

/** PostgreSQL's text holds no NUL. */
const storable = (value: unknown): unknown => (typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value);
