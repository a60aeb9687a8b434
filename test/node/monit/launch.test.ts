import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { begin, isAlive, launch, notePath, pidFile, pids, root } from './launched.ts';

const end = (): number | null => spawnSync('dash', [join(root, 'launch'), '--end', pidFile]).status;
/** Process and ticks. */
const noted = (suffix: string): string[] =>
  existsSync(notePath(suffix))
    ? (readFileSync(notePath(suffix), 'utf8').split('\n')[0]?.split(' ') ?? []).filter(Boolean)
    : [];

describe('launch', () => {
  it('waits for nobody at a pipe in the place of the pid file', async () => {
    spawnSync('mkfifo', [pidFile]);
    expect(await launch('exit 7')).toBe(7);
  });

  it('comes back as soon as the pid file names the program, which stays', async () => {
    expect(await launch(`echo $$ >${pidFile}; exec sleep 300`)).toBe(0);
    expect(isAlive(pids()[0])).toBe(true);
  });

  it('takes a pid without a newline, as rsyslogd writes it', async () => {
    expect(await launch(`printf %s $$ >${pidFile}; exec sleep 10`)).toBe(0);
    expect([isAlive(pids()[0]), noted('.up')[0]]).toEqual([true, pids()[0]]);
  });

  it('takes no word for a pid, though it names a process', async () => {
    expect(await launch(`echo self >${pidFile}; exit 7`)).toBe(7);
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
    await until(() => pids().length === 2 && noted('').length > 0, 'the program has begun and is noted');
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
