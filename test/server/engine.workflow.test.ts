import { createServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersTcp } from '../support/answers-tcp.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { type EngineProcess, freePort, isAlive, journal, runEngine } from './engine-process.ts';
import type { StandIn } from './programs/engine.ts';

describe('an engine of stand-in programs', () => {
  const engines: EngineProcess[] = [];
  let dataDir: string;
  let temporal: StandIn;
  let api: StandIn;
  let worker: StandIn;

  beforeEach(async () => {
    dataDir = temporaryFolder();
    temporal = { name: 'temporal', port: await freePort(), as: 'server' };
    api = { name: 'api', port: await freePort(), as: 'server' };
    worker = { name: 'worker', port: await freePort(), as: 'server' };
  });

  afterEach(async () => {
    for (const { child, exited } of engines.splice(0)) {
      child.kill('SIGKILL');
      await exited;
    }
  });

  function start(stages: readonly (readonly StandIn[])[]): EngineProcess {
    const engine = runEngine(dataDir, stages);
    engines.push(engine);
    return engine;
  }

  async function ready(stages = [[temporal], [api, worker]]): Promise<EngineProcess> {
    const before = events('started').length;
    const engine = start(stages);
    await until(() => engine.output().includes('ready'), 'ready');
    // The kernel takes connections before a program has noted that it runs.
    await until(() => events('started').length - before >= stages.flat().length, 'all have noted that they run');
    return engine;
  }

  const events = (wanted: string): string[] =>
    journal(dataDir)
      .filter(({ event }) => event === wanted)
      .map(({ name }) => name);
  const pidOf = (wanted: string): number => {
    const last = journal(dataDir).findLast(({ name }) => name === wanted);
    if (last === undefined) throw new Error(`${wanted} has not run yet`);
    return last.pid;
  };
  const pids = (): number[] => [...new Set(journal(dataDir).map(({ pid }) => pid))];

  it('starts a stage when the one before is ready, each program with a log of its own', async () => {
    await ready();
    expect(events('started')[0]).toBe('temporal');
    expect(events('started').toSorted()).toEqual(['api', 'temporal', 'worker']);
    expect(readFileSync(join(dataDir, 'log', 'worker.log'), 'utf8')).toBe('worker writes to its log\n');
  });

  it('stops in order and leaves nothing behind', async () => {
    const engine = await ready();
    engine.child.kill('SIGTERM');
    expect(await engine.exited).toBe(0);
    expect(events('asked')).toEqual(['api', 'worker', 'temporal']);
    expect(pids().filter(isAlive)).toEqual([]);
  });

  it('kills a program that does not want to stop', async () => {
    const engine = await ready([[{ ...temporal, as: 'stubborn' }], [api]]);
    const asked = Date.now();
    engine.child.kill('SIGTERM');
    expect(await engine.exited).toBe(0);
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect(pids().filter(isAlive)).toEqual([]);
  });

  it('leaves no orphan when it is killed, and can be started again at once', async () => {
    const engine = await ready();
    const first = pids();
    engine.child.kill('SIGKILL');
    await ready();
    await until(() => first.filter(isAlive).length === 0, 'the first programs are gone');
    expect(events('started')).toHaveLength(6);
  });

  it('starts a killed program again and leaves the others alone', async () => {
    await ready();
    const [temporalPid, workerPid] = [pidOf('temporal'), pidOf('worker')];
    process.kill(workerPid, 'SIGKILL');
    await until(() => pidOf('worker') !== workerPid, 'another worker');
    await until(() => answersTcp({ host: '127.0.0.1', port: worker.port }), 'the worker serves');
    expect(pidOf('temporal')).toBe(temporalPid);
    expect(isAlive(temporalPid)).toBe(true);
  });

  it('names the setting of a port that is taken, and starts nothing', async () => {
    const foreign = createServer().listen(api.port, '127.0.0.1');
    const engine = start([[temporal], [api]]);
    expect(await engine.exited).toBe(3);
    foreign.close();
    expect(engine.output()).toContain(`127.0.0.1:${api.port} is in use by another process; THE_SETTING`);
    expect(journal(dataDir)).toEqual([]);
  });

  it('refuses a data folder another engine uses', async () => {
    await ready();
    const second = start([[{ ...temporal, port: await freePort() }]]);
    expect(await second.exited).toBe(3);
    expect(second.output()).toContain('another engine uses the data folder');
    expect(pids().filter(isAlive)).toHaveLength(3);
  });

  it('gives up when a program says that something is missing', async () => {
    const engine = start([[temporal], [{ ...api, as: 'hopeless' }]]);
    expect(await engine.exited).toBe(3);
    expect(engine.output()).toContain('api cannot run (3)');
    await until(() => pids().filter(isAlive).length === 0, 'temporal is gone');
  });
});
