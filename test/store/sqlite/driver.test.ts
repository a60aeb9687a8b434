import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeSqliteDialect } from '../../../store/sqlite/dialect.ts';
import { useFolders } from '../stores.ts';

interface Tables {
  things: { name: string };
}

describe('the SQLite driver', () => {
  const folder = useFolders();
  let file: string;
  let db: Kysely<Tables>;

  beforeEach(async () => {
    file = join(folder(), 'test.db');
    db = new Kysely<Tables>({ dialect: nodeSqliteDialect(file) });
    await db.schema
      .createTable('things')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .execute();
  });
  afterEach(() => db.destroy());

  it('returns rows of selects and of returning, and counts what a change touched', async () => {
    const inserted = await db
      .insertInto('things')
      .values([{ name: 'a' }, { name: 'b' }])
      .returning('name')
      .execute();
    expect(inserted).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(await db.selectFrom('things').selectAll().execute()).toEqual(inserted);
    const [updated] = await db.updateTable('things').set({ name: 'c' }).where('name', '=', 'a').execute();
    expect(updated?.numUpdatedRows).toBe(1n);
  });

  it('writes every commit to the disk', async () => {
    const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db);
    expect(rows).toEqual([{ synchronous: 2 }]);
  });

  it('prepares a statement once, but keeps none that holds much', async () => {
    const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
    const insert = async (name: string): Promise<void> => {
      await db.insertInto('things').values({ name }).execute();
    };
    for (const name of ['a', 'b', 'c']) await insert(name);
    expect(prepare).toHaveBeenCalledTimes(1);
    await insert('d'.repeat(20_000));
    await insert('e');
    expect(prepare).toHaveBeenCalledTimes(2);
    prepare.mockRestore();
  });

  it('is the only writer from the start of a transaction on', async () => {
    const other = new DatabaseSync(file, { timeout: 0 });
    await db.transaction().execute(async (transaction) => {
      await transaction.selectFrom('things').selectAll().execute();
      expect(() => other.exec('begin immediate')).toThrow(/locked/);
    });
    other.exec('begin immediate; rollback');
    other.close();
  });

  it('rolls back what throws and works on', async () => {
    const failing = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('things').values({ name: 'a' }).execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await db.selectFrom('things').selectAll().execute()).toEqual([]);
  });

  it('lets transactions that are asked for at once follow each other', async () => {
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(
      names.map((name) =>
        db.transaction().execute(async (transaction) => {
          await transaction.insertInto('things').values({ name }).execute();
          await transaction.selectFrom('things').selectAll().execute();
        }),
      ),
    );
    expect(await db.selectFrom('things').selectAll().execute()).toHaveLength(4);
  });

  it('lets the event loop turn while it is asked on and on', async () => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    while (turns < 5) await db.selectFrom('things').selectAll().execute();
    clearInterval(counting);
    expect(turns).toBeGreaterThanOrEqual(5);
  });
});
