import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAY_MOUNT } from '../../support/local-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

vi.setConfig({ testTimeout: 60_000 });

const SCRIPT = readFileSync(fileURLToPath(new URL('../../../node/monit/launch', import.meta.url)), 'utf8');

let root: string;
let pidFile: string;

beforeEach(() => {
  root = temporaryFolder();
  pidFile = join(root, 'web.pid');
  writeFileSync(join(root, 'launch'), SCRIPT.replaceAll('/var/vcap', root));
});
afterEach(() => {
  for (const pid of pidsIn(join(root, 'pids'))) spawnSync('kill', ['-9', pid]);
});

const pidsIn = (path: string): string[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];

/** Starts shell text the way monit does; it writes its pid down each time it begins. */
const begin = (program: string): ChildProcess =>
  spawn('dash', [join(root, 'launch'), pidFile, 'sh', '-c', `echo $$ >>${root}/pids; ${program}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function launch(program: string): Promise<number | null> {
  const [code] = (await once(begin(program), 'exit')) as [number | null];
  return code;
}

const end = (): number | null => spawnSync('dash', [join(root, 'launch'), '--end', pidFile]).status;

const notePath = (suffix: string): string => join(root, `bosh/var/started${pidFile.replaceAll('/', '-')}${suffix}`);
/** Process and ticks. */
const noted = (suffix: string): string[] =>
  existsSync(notePath(suffix))
    ? (readFileSync(notePath(suffix), 'utf8').split('\n')[0]?.split(' ') ?? []).filter(Boolean)
    : [];
const isAlive = (pid: string | undefined): boolean => pid !== undefined && existsSync(`/proc/${pid}`);
const pids = (): string[] => pidsIn(join(root, 'pids'));

describe('launch', () => {
  it('waits for nobody at a pipe in the place of the pid file', async () => {
    spawnSync('mkfifo', [pidFile]);
    expect(await launch('exit 7')).toBe(7);
  });

  it('comes back as soon as the pid file names the program, which stays', async () => {
    expect(await launch(`echo $$ >${pidFile}; exec sleep 300`)).toBe(0);
    expect(isAlive(pids()[0])).toBe(true);
  });

  it('waits for a program that writes its pid late', async () => {
    const starting = begin(`until [ -e ${root}/go ]; do sleep 0.05; done; echo $$ >${pidFile}; exec sleep 300`);
    await until(() => pids().length === 1, 'the program has begun');
    expect(starting.exitCode).toBeNull();
    writeFileSync(join(root, 'go'), '');
    await once(starting, 'exit');
    expect(readFileSync(pidFile, 'utf8').trim()).toBe(pids()[0]);
  });

  it('ends as the program ends that never ran', async () => {
    expect(await launch('exit 7')).toBe(7);
  });

  it('does not take a pid file of the dead for a sign of life', async () => {
    const { pid } = spawnSync('true');
    writeFileSync(pidFile, `${pid}\n`);
    expect(await launch('exit 1')).toBe(1);
  });

  it('lets the program live on when monit loses patience, and the next try joins it', async () => {
    const program = `until [ -e ${root}/go ]; do sleep 0.05; done; echo $$ >${pidFile}; exec sleep 300`;
    const first = begin(program);
    await until(() => pids().length === 1, 'the program has begun');
    await until(() => noted('').length > 0, 'the start is noted');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = begin(program);
    writeFileSync(join(root, 'go'), '');
    await once(second, 'exit');
    expect([second.exitCode, pids().length]).toEqual([0, 1]);
  });

  it('removes a pid file that names a stranger before the program sees it, and spares the stranger', async () => {
    const program = `[ ! -e ${pidFile} ] || kill "$(cat ${pidFile})"; echo $$ >${pidFile}; exec sleep 300`;
    expect(await launch(program)).toBe(0);
    spawnSync('kill', ['-9', pids()[0] ?? '']);
    await until(() => !isAlive(pids()[0]), 'it is gone');
    const stranger = spawn('sleep', ['300']);
    writeFileSync(pidFile, `${stranger.pid}\n`);
    writeFileSync(notePath('.up'), `${stranger.pid} ${noted('.up')[1]}\n`);
    expect(await launch(program)).toBe(0);
    expect([isAlive(`${stranger.pid}`), readFileSync(pidFile, 'utf8')]).toEqual([true, `${pids()[1]}\n`]);
    stranger.kill('SIGKILL');
  });

  it('starts nothing that it cannot note', async () => {
    writeFileSync(join(root, 'bosh'), '');
    expect(await launch(`echo $$ >${pidFile}; exec sleep 300`)).toBe(1);
    expect(pids()).toEqual([]);
  });

  it('starts anew when the program it has noted is gone', async () => {
    expect(await launch('exit 3')).toBe(3);
    expect(await launch(`echo $$ >${pidFile}; exec sleep 300`)).toBe(0);
    spawnSync('kill', ['-9', pids()[1] ?? '']);
    await until(() => !isAlive(pids()[1]), 'it is gone');
    expect(await launch(`echo $$ >${pidFile}; exec sleep 300`)).toBe(0);
    expect(pids()).toHaveLength(3);
  });

  it('ends, when asked, a start that has not come to life, with all that belongs to it', async () => {
    const starting = begin(`sleep 300 & echo $! >>${root}/pids; wait`);
    await until(() => pids().length === 2 && existsSync(join(root, 'bosh/var')), 'the program has begun');
    expect(end()).toBe(0);
    await once(starting, 'exit');
    await until(() => !pids().some(isAlive), 'both are gone');
    expect(end()).toBe(0);
  });

  it('holds nobody’s output open', async () => {
    const starting = begin(`echo $$ >${pidFile}; exec sleep 300`);
    await once(starting, 'close');
    expect(isAlive(pids()[0])).toBe(true);
  });
});

const ends = (): string[] => readFileSync(notePath('.ends'), 'utf8').split('\n')[0]?.split(' ') ?? [];
const said = (): string =>
  ['.said.old', '.said']
    .filter((suffix) => existsSync(notePath(suffix)))
    .map((suffix) => readFileSync(notePath(suffix), 'utf8'))
    .join('');
const LIVES = 'exec sleep 300';

describe('what launch keeps of starts', () => {
  it('is how often in a row the program failed, and with what code', async () => {
    expect(await launch('exit 7')).toBe(7);
    expect(await launch('kill -9 $$')).toBe(137);
    expect(ends().slice(0, 2)).toEqual(['2', '137']);
    expect(await launch(`echo $$ >${pidFile}; ${LIVES}`)).toBe(0);
    expect(ends()[0]).toBe('0');
  });

  it('is how often in a row what came to life was gone soon after', async () => {
    for (const count of ['0', '1', '2']) {
      expect(await launch(`echo $$ >${pidFile}; ${LIVES}`)).toBe(0);
      expect(ends()[3]).toBe(count);
      spawnSync('kill', ['-9', pids().at(-1) ?? '']);
      await until(() => !isAlive(pids().at(-1)), 'it is gone');
    }
    const [failed, code, failedAt, died, upAt] = ends();
    writeFileSync(notePath('.ends'), `${failed} ${code} ${failedAt} ${died} ${Number(upAt) - 60}\n`);
    expect(await launch(`echo $$ >${pidFile}; ${LIVES}`)).toBe(0);
    expect(ends()[3]).toBe('0');
  });

  it('is not blamed on a process that lives', async () => {
    expect(await launch(`echo $$ >${pidFile}; ${LIVES}`)).toBe(0);
    expect(await launch('exit 0')).toBe(0);
    expect(ends()[3]).toBe('0');
  });

  it('is what the program said last, which monit is told too', async () => {
    const failing = begin('seq 30; echo "no port given" >&2; exit 1');
    let told = '';
    failing.stdout?.on('data', (chunk: Buffer) => (told += chunk.toString()));
    await once(failing, 'close');
    expect(said().split('\n').slice(-3)).toEqual(['30', 'no port given', '']);
    expect(told.split('\n')).toEqual([
      ...Array.from({ length: 19 }, (_, place) => `${place + 12}`),
      'no port given',
      '',
    ]);
    expect(await launch('exit 1')).toBe(1);
    expect(said()).toBe('');
  });

  it('takes no more room than it may, and what goes on talking lives on', async () => {
    const program = `echo $$ >${pidFile}; head -c 8000000 /dev/zero; echo end; touch ${root}/told; ${LIVES}`;
    expect(await launch(program)).toBe(0);
    await until(() => existsSync(join(root, 'told')), 'it has said all');
    await until(() => said().endsWith('end\n'), 'all was heard');
    expect(said().length).toBeLessThan(2 * 1024 ** 2 + 65_536);
    expect(isAlive(pids()[0])).toBe(true);
  });

  it.skipIf(!MAY_MOUNT)('does not matter to what goes on talking when there is no room', async () => {
    const program = `until [ -e ${root}/go ]; do sleep 0.05; done; echo $$ >${pidFile}; head -c 9000000 /dev/zero; echo $? >${root}/told; ${LIVES}`;
    mkdirSync(join(root, 'bosh/var'), { recursive: true });
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', join(root, 'bosh/var')]);
    try {
      const starting = begin(program);
      await until(() => pids().length === 1 && existsSync(notePath('.said')), 'the program has begun');
      spawnSync('sh', ['-c', `cat /dev/zero >${root}/bosh/var/filler`]);
      writeFileSync(join(root, 'go'), '');
      await once(starting, 'exit');
      await until(() => existsSync(join(root, 'told')), 'it has said all');
      expect(readFileSync(join(root, 'told'), 'utf8')).toBe('0\n');
      expect(isAlive(pids()[0])).toBe(true);
    } finally {
      spawnSync('umount', ['-l', join(root, 'bosh/var')]);
    }
  });

  it('can be opened again by name by whoever the program has become', async () => {
    expect(await launch('setpriv --reuid 65534 --clear-groups sh -c "echo heard >/dev/stdout" 2>&1; exit 3')).toBe(3);
    expect(said()).toBe('heard\n');
  });
});
