import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { openStore } from '../../store/open-store.ts';
import { beginRun, configuration, FROM_NATS, line } from './samples.ts';
import { openSqlite, useFolders, useStores } from './stores.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('opening a store', () => {
  const folder = useFolders();
  const opened = useStores(openSqlite);

  it('makes database and key for the owner alone', async () => {
    const dataDir = join(folder(), 'deep', 'data');
    await opened({ dataDir });
    expect(readdirSync(join(dataDir, 'keys'))).toEqual(['master.key']);
    expect(modeOf(join(dataDir, 'keys'))).toBe('700');
    expect(modeOf(join(dataDir, 'keys', 'master.key'))).toBe('600');
    for (const file of ['engine.db', 'engine.db-wal']) expect(modeOf(join(dataDir, file))).toBe('600');
  });

  it('commits to the disk, beside the readers', async () => {
    const dataDir = folder();
    await opened({ dataDir });
    const database = new DatabaseSync(join(dataDir, 'engine.db'));
    expect(database.prepare('pragma journal_mode').all()).toEqual([{ journal_mode: 'wal' }]);
    database.close();
  });

  it('says that the key is another than the one of the data', async () => {
    const dataDir = folder();
    await (await openStore({ dataDir })).close();
    writeFileSync(join(dataDir, 'keys', 'master.key'), randomBytes(32).toString('hex'));
    await expect(openStore({ dataDir })).rejects.toMatchObject({
      code: 'EngineDamaged',
      message: expect.stringMatching(/master\.key is not the one/),
    });
  });

  it('says that the key is missing and makes no other', async () => {
    const dataDir = folder();
    await (await openStore({ dataDir })).close();
    rmSync(join(dataDir, 'keys'), { recursive: true });
    await expect(openStore({ dataDir })).rejects.toMatchObject({ code: 'EngineDamaged', message: /is missing/ });
    expect(readdirSync(dataDir)).not.toContain('keys');
  });

  it.each(['', 'half\n'])('says that the key file is unreadable when it holds %j', async (content) => {
    const dataDir = folder();
    await (await openStore({ dataDir })).close();
    writeFileSync(join(dataDir, 'keys', 'master.key'), content);
    await expect(openStore({ dataDir })).rejects.toMatchObject({ code: 'EngineDamaged', message: /Could not read/ });
  });

  it('works with a key that is given and leaves none in the folder', async () => {
    const dataDir = folder();
    const key = randomBytes(32).toString('hex');
    const { id } = await (await opened({ dataDir, key })).engine.identity();
    expect((await (await opened({ dataDir, key })).engine.identity()).id).toBe(id);
    expect(readdirSync(dataDir)).not.toContain('keys');
    await expect(openStore({ dataDir, key: randomBytes(32).toString('hex') })).rejects.toMatchObject({
      code: 'EngineDamaged',
      message: /key from the settings/,
    });
    await expect(openStore({ dataDir, key: 'short' })).rejects.toMatchObject({ code: 'InvalidSettings' });
  });

  it('refuses a database of a newer engine', async () => {
    const dataDir = folder();
    await (await openStore({ dataDir })).close();
    const database = new DatabaseSync(join(dataDir, 'engine.db'));
    database.exec(`insert into kysely_migration (name, timestamp) values ('9999-later', '2999-01-01T00:00:00.000Z')`);
    database.close();
    await expect(openStore({ dataDir })).rejects.toMatchObject({ code: 'EngineDamaged', message: /another version/ });
  });

  it('says that a file is no database', async () => {
    const dataDir = folder();
    writeFileSync(join(dataDir, 'engine.db'), 'this is a text file and no database at all '.repeat(50));
    await expect(openStore({ dataDir })).rejects.toMatchObject({ code: 'EngineDamaged', message: /is damaged/ });
  });

  it.skipIf(process.getuid?.() === 0)('says that it may not write (root may everywhere)', async () => {
    const dataDir = folder();
    chmodSync(dataDir, 0o500);
    await expect(openStore({ dataDir })).rejects.toMatchObject({ code: 'EnvironmentLacking' });
  });

  it('says that the data folder cannot be made', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    await expect(openStore({ dataDir: join(file, 'data') })).rejects.toMatchObject({ code: 'EnvironmentLacking' });
  });

  it('writes no secret in plain into any of its files', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    const run = await beginRun(store);
    const pem = (await store.engine.identity()).privateKey.reveal();
    await store.configurations.accept(
      configuration(undefined, { password: 'canary-password', rootPassword: 'canary-root-password' }),
      { password: '********' },
    );
    await store.secrets.ensure(['nats'], () => 'canary-cluster');
    await store.log.learnSecrets([new Secret('token', 'canary-learned')]);
    await store.log.append(run, [line('canary-password canary-cluster canary-learned')]);
    const half = Buffer.from('not a line yet: canary-learned');
    await store.log.appendOutput(run, { key: 'job', start: 0, end: half.length }, half, FROM_NATS);

    const canaries = ['canary-', Buffer.from('canary-learned').toString('base64').slice(0, -4), pem.slice(100, 150)];
    const names = readdirSync(dataDir).filter((name) => name.startsWith('engine.db'));
    expect(names).toContain('engine.db-wal');
    for (const name of names) {
      const bytes = readFileSync(join(dataDir, name));
      expect(canaries.filter((canary) => bytes.includes(canary))).toEqual([]);
    }
  });
});
