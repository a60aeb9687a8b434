// Over 200 lines, because both commands are tried on the same made-up engines: what one writes the other reads.
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockDataFolder } from '../../server/data-folder-lock.ts';
import { openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { line, runStart } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NOBODY = 65_534;
const PROGRAMS = {
  backup: fileURLToPath(new URL('../../cli/backup.ts', import.meta.url)),
  restore: fileURLToPath(new URL('../../cli/restore.ts', import.meta.url)),
};

function call(name: keyof typeof PROGRAMS, file: string, dataDir: string, env = {}) {
  const settings = { ...process.env, DEPLOYMENT_ENGINE_DATA_DIR: dataDir, ...env };
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAMS[name], file], {
    env: settings,
    encoding: 'utf8',
    timeout: 170_000,
  });
  return { status, said: `${stdout}${stderr}`.trim() };
}

async function withStore<Result>(dataDir: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openStore({ dataDir });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** An engine that has a token, a run, and a database of Temporal's. */
async function engine(dataDir = temporaryFolder(), { isOver = true } = {}): Promise<string> {
  await withStore(dataDir, async ({ tokens, runs }) => {
    await tokens.create({ scope: 'admin', name: 'me', expiresAt: Date.now() + 60_000 });
    const { number } = await runs.begin(runStart('a'));
    if (isOver) await runs.finish(number, 'ok', undefined, line('over'));
  });
  mkdirSync(join(dataDir, 'log'));
  writeFileSync(join(dataDir, 'log', 'api.log'), 'long\n');
  writeFileSync(join(dataDir, 'home'), '10.0.0.1\n');
  return dataDir;
}

const remembered = (dataDir: string) =>
  withStore(dataDir, async ({ tokens, runs }) => [await tokens.all(), await runs.list({ limit: 10 })]);
/** What stands beside something. */
const beside = (path: string): string[] => readdirSync(dirname(path)).filter((name) => name !== basename(path));

describe('backup and restore', () => {
  it('brings back what the engine remembers, keys included, and nothing else', async () => {
    const dataDir = await engine();
    writeFileSync(join(dataDir, 'of mine, ü.txt'), 'kept');
    const [file, restored] = [join(dataDir, 'a backup'), join(temporaryFolder(), 'data')];
    expect(call('backup', file, dataDir)).toEqual({
      status: 0,
      said: `${file} holds ${dataDir} as of run 1, passwords and keys included.`,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('backup-'))).toEqual([]);

    expect(call('restore', file, restored)).toMatchObject({ status: 0, said: expect.stringContaining('after run 1') });
    expect(await remembered(restored)).toEqual(await remembered(dataDir));
    expect(readFileSync(join(restored, 'keys/master.key'))).toEqual(readFileSync(join(dataDir, 'keys/master.key')));
    expect(readFileSync(join(restored, 'of mine, ü.txt'), 'utf8')).toBe('kept');
    for (const name of ['log', 'a backup']) expect(readdirSync(restored)).not.toContain(name);
    expect(beside(restored)).toEqual([]);
    const names = readdirSync(restored, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => (statSync(join(restored, name)).mode & 0o077) !== 0)).toEqual([]);
  });

  it('saves an engine that runs, unless a run of it is open', async () => {
    const [idle, busy] = [await engine(), await engine(temporaryFolder(), { isOver: false })];
    const file = join(temporaryFolder(), 'backup');
    for (const dataDir of [idle, busy]) {
      const lock = await lockDataFolder(dataDir);
      onTestFinished(() => lock.release());
    }
    expect(call('backup', file, busy)).toEqual({
      status: 3,
      said: 'Run 1 is open. Wait for its end, or stop the engine first: then it is saved as it is.',
    });
    expect(existsSync(file)).toBe(false);
    expect(call('backup', file, idle).status).toBe(0);
  });

  it('saves a stopped engine with its open run', async () => {
    const dataDir = await engine(temporaryFolder(), { isOver: false });
    const [file, restored] = [join(temporaryFolder(), 'backup'), join(temporaryFolder(), 'data')];
    expect(call('backup', file, dataDir).status).toBe(0);
    expect(call('restore', file, restored).status).toBe(0);
    expect(await withStore(restored, ({ runs }) => runs.open())).toMatchObject({ number: 1 });
  });

  it('never writes over a file, a folder that is in use, or where no engine is', async () => {
    const dataDir = await engine();
    const file = join(temporaryFolder(), 'backup');
    writeFileSync(file, 'mine');
    expect(call('backup', file, dataDir)).toEqual({ status: 3, said: `${file} cannot be made: file already exists` });
    expect(readFileSync(file, 'utf8')).toBe('mine');

    const empty = temporaryFolder();
    expect(call('backup', join(empty, 'b'), empty)).toMatchObject({
      status: 3,
      said: `There is no engine in ${empty}. Name its data folder: DEPLOYMENT_ENGINE_DATA_DIR=FOLDER`,
    });
    expect(readdirSync(empty)).toEqual([]);

    const before = await remembered(dataDir);
    expect(call('restore', file, dataDir)).toMatchObject({ status: 3, said: expect.stringContaining('is not empty') });
    expect(await remembered(dataDir)).toEqual(before);
  });

  it('leaves an engine in PostgreSQL to pg_dump', async () => {
    const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1/none' };
    for (const name of ['backup', 'restore'] as const)
      expect(call(name, join(temporaryFolder(), 'b'), temporaryFolder(), env)).toEqual({
        status: 3,
        said: 'This engine keeps everything in PostgreSQL, which is saved by pg_dump: docs/postgresql.md',
      });
  });

  const damaged = async (harm: (file: string) => void | Promise<void>): Promise<string> => {
    const file = join(temporaryFolder(), 'backup');
    expect(call('backup', file, await engine()).status).toBe(0);
    await harm(file);
    return file;
  };
  const archiveOf = async (...entries: readonly [string, string][]): Promise<Buffer> => {
    const archive = pack();
    for (const [name, content] of entries) archive.entry({ name }, content);
    archive.finalize();
    return gzipSync(await buffer(archive));
  };
  const contents = (files: Record<string, string>): [string, string] => [
    'BACKUP.json',
    JSON.stringify({ format: 1, made: '2026-01-02T03:04:05.678Z', run: 1, files }),
  ];
  const ZEROS = '0'.repeat(64);

  it.each<[string, string, (file: string) => void | Promise<void>]>([
    ['cut short', 'unexpected end of file', (file) => truncateSync(file, statSync(file).size - 100)],
    ['of another kind', 'incorrect header check', (file) => writeFileSync(file, 'no archive')],
    ['a foreign archive', 'it begins with a', async (file) => writeFileSync(file, await archiveOf(['a', 'b']))],
    [
      'with another content',
      'home is not what was saved',
      async (file) => writeFileSync(file, await archiveOf(contents({ home: ZEROS }), ['home', 'x'])),
    ],
    [
      'with a file too many',
      '../evil does not belong to it',
      async (file) => writeFileSync(file, await archiveOf(contents({}), ['../evil', 'x'])),
    ],
    [
      'with a file too few',
      'it ends before home',
      async (file) => writeFileSync(file, await archiveOf(contents({ home: ZEROS }))),
    ],
    [
      'that names a place elsewhere',
      'BACKUP.json does not say what it holds',
      async (file) => writeFileSync(file, await archiveOf(contents({ '../evil': ZEROS }), ['../evil', 'x'])),
    ],
  ])('restores nothing from a file %s', async (_what, why, harm) => {
    const file = await damaged(harm);
    const dataDir = join(temporaryFolder(), 'data');
    const { status, said } = call('restore', file, dataDir);
    expect([status, said]).toEqual([3, expect.stringContaining(`${file} cannot be restored: `)]);
    expect(said).toContain(why);
    expect([existsSync(dataDir), beside(dataDir)]).toEqual([false, []]);
  });

  it('says what is wrong with a damaged engine, and leaves no file', async () => {
    const dataDir = await engine();
    writeFileSync(join(dataDir, 'temporal-1.0.0.db'), 'no database, though it is called so');
    const file = join(temporaryFolder(), 'backup');
    expect(call('backup', file, dataDir)).toEqual({
      status: 3,
      said: `${file} cannot be made: file is not a database`,
    });
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('backup'))).toEqual([]);
  });

  it('refuses a data folder that holds a link, whose target would be missing', async () => {
    const dataDir = await engine();
    const file = join(temporaryFolder(), 'backup');
    symlinkSync('/nowhere', join(dataDir, 'keys', 'other'));
    expect(call('backup', file, dataDir)).toEqual({
      status: 3,
      said: `${file} cannot be made: ${dataDir}/keys/other is a link`,
    });
    expect(existsSync(file)).toBe(false);
  });

  // In a mount namespace of its own, which ends with it.
  it.skipIf(process.getuid?.() !== 0)('leaves nothing on a full disk', async () => {
    const [dataDir, disk] = [await engine(), temporaryFolder()];
    const script = 'mount -t tmpfs -o size=4k full "$1"; "$2" "$3" "$1/backup"; echo "exit $?: $(ls "$1")"';
    const words = ['-m', 'sh', '-c', script, 'sh', disk, process.execPath, PROGRAMS.backup];
    const env = { ...process.env, DEPLOYMENT_ENGINE_DATA_DIR: dataDir };
    const { stdout, stderr } = spawnSync('unshare', words, { env, encoding: 'utf8', timeout: 170_000 });
    expect(stderr).toBe(`${disk}/backup cannot be made: ENOSPC: no space left on device, write\n`);
    expect(stdout).toBe('exit 3: \n');
  });

  it.skipIf(process.getuid?.() !== 0)("keeps a service's folder its own, and the file the caller's", async () => {
    const dataDir = temporaryFolder();
    chownSync(dataDir, NOBODY, NOBODY);
    await engine(dataDir);
    for (const name of readdirSync(dataDir, { recursive: true, encoding: 'utf8' }))
      chownSync(join(dataDir, name), NOBODY, NOBODY);
    // As /root: only the caller enters.
    const [file, restored] = [join(temporaryFolder(), 'backup'), temporaryFolder()];
    chownSync(restored, NOBODY, NOBODY);
    expect(call('backup', file, dataDir).status).toBe(0);
    expect(lstatSync(file).uid).toBe(0);
    expect(call('restore', file, restored).status).toBe(0);
    for (const folder of [dataDir, restored]) {
      const paths = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
      expect(paths.filter((path) => lstatSync(join(folder, path)).uid !== NOBODY)).toEqual([]);
    }
  });
});
