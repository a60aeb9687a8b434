import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAY_MOUNT } from '../../support/local-node.ts';
import { until } from '../../support/until.ts';
import { begin, isAlive, launch, notePath, pidFile, pids, root } from './launched.ts';

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
