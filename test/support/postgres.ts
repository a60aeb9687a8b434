// A PostgreSQL of the tests' own: an account without rights, a socket in a folder of its own, nothing left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

const NOBODY = 65_534;
export const USER = 'engine';
export const PASSWORD = 'not-a-real-password';
const FOLDER_VARIABLE = 'TEST_POSTGRES_FOLDER';
/** Of a socket it is only a part of the name. */
const PORT = 5432;
/** initdb is many processes, which other tests may delay. */
const READY_WITHIN_MS = 150_000;

/** Folder of Debian's programs; undefined = they are not installed. */
export const programs = (): string | undefined => globSync('/usr/lib/postgresql/*/bin').sort().at(-1);

export interface TestPostgres {
  readonly folder: string;
  /** Of a database of this server. */
  url(database?: string): string;
  ready(): Promise<void>;
  /** As at once: nothing is written to the disk any more. */
  kill(): Promise<void>;
  /** After `kill`, on the same files. */
  start(): void;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

interface Options {
  /** Lines of its configuration. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Wraps its command line (`"$@"`); its folder is `$FOLDER`. */
  readonly shell?: string;
}

/** Makes and starts a server without waiting for it. */
export function startPostgres({ settings = {}, shell = 'exec "$@"' }: Options = {}): TestPostgres {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const bin = programs() ?? '';
  writeFileSync(join(folder, 'password'), PASSWORD);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  for (const path of [folder, data]) if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY);
  chmodSync(folder, 0o755);
  const options = {
    unix_socket_directories: folder,
    listen_addresses: '',
    max_connections: '200',
    fsync: 'off',
    shared_buffers: '32MB',
    ...settings,
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const script = `
    [ -e "$1/PG_VERSION" ] || "$2/initdb" --no-sync --no-instructions -A scram-sha-256 -U ${USER} \\
      --pwfile "${folder}/password" --encoding UTF8 --locale C.UTF-8 -D "$1" >"${folder}/initdb.log" 2>&1 || exit 1
    data=$1 bin=$2; shift 2
    exec "$bin/postgres" -D "$data" "$@" >>"${folder}/server.log" 2>&1`;
  let child: ChildProcess;

  const start = (): void => {
    const command = [...lowered(), 'sh', '-c', script, 'sh', data, bin, ...words];
    child = spawn('bash', ['-c', shell, 'bash', ...command], {
      stdio: 'ignore',
      env: { ...process.env, FOLDER: folder },
      detached: true,
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  start();
  return {
    folder,
    url: (database) => urlOf(folder, database),
    ready: () => isReady(folder),
    kill: async () => {
      await end('SIGKILL');
      // Its helpers end a moment later; until then their shared memory keeps another server from starting.
      await until(() => !isUsed(data), 'nothing of it is left');
      // It still says that the server is ready.
      rmSync(join(data, 'postmaster.pid'), { force: true });
    },
    start,
    remove: async () => {
      // The whole group: a short run of tests ends while the database is still being made.
      const isRunning = child.exitCode === null && child.signalCode === null;
      const gone = isRunning ? once(child, 'exit') : undefined;
      if (isRunning && child.pid !== undefined) process.kill(-child.pid, 'SIGQUIT');
      await gone;
      // initdb clears up by itself meanwhile.
      await until(() => isRemoved(folder), `${folder} is removed`);
    },
  };
}

/** Whether a process works in a folder. */
const isUsed = (folder: string): boolean =>
  readdirSync('/proc').some((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });

function isRemoved(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true });
    // It says nothing of files that came meanwhile.
    return !existsSync(folder);
  } catch {
    return false;
  }
}

/** The server of this test run; see start-postgres.ts. Undefined where PostgreSQL is not installed. */
export async function sharedPostgres(): Promise<string | undefined> {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder === undefined) return undefined;
  await isReady(folder);
  return urlOf(folder);
}

export const share = ({ folder }: TestPostgres): void => void (process.env[FOLDER_VARIABLE] = folder);

const urlOf = (folder: string, database = 'postgres'): string =>
  `postgres://${USER}:${PASSWORD}@/${database}?host=${encodeURIComponent(folder)}`;

async function isReady(folder: string): Promise<void> {
  const file = join(folder, 'data', 'postmaster.pid');
  await until(
    () => {
      try {
        return readFileSync(file, 'utf8').split('\n')[7]?.trim() === 'ready';
      } catch {
        return false;
      }
    },
    `PostgreSQL in ${folder}, port ${PORT}, is ready`,
    READY_WITHIN_MS,
  );
}

/** Not as root, which it refuses; gone with the process that started it. */
const lowered = (): string[] => {
  const account = process.getuid?.() === 0 ? ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'] : [];
  return ['setpriv', ...account, '--pdeathsig', 'QUIT'];
};
