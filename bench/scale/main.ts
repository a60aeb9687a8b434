import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { createEngineClient } from '../../sample/demo/engine-client.ts';
import { currentLoad, verdictOf } from '../print-goal.ts';
import { medianOf } from '../print-times.ts';
import { type History, largestHistories } from './histories.ts';
import { HOME, scaleConfiguration } from './layout.ts';
import { MemoryPeak, type Program, type Use, usedBy } from './processes.ts';

/**
 * An engine and simulated nodes in a network namespace of their own, made by `bench/scale.ts`: first a deploy of everything, then
 * one that changes nothing. Prints a line for each goal.
 */
const ROOT = join(import.meta.dirname, '../..');
const BASE = 'http://127.0.0.1:50000';
const PORT = 7233;
/** For a deploy that changes nothing. */
const SECONDS_A_THOUSAND = 30;
const ASKED_EVERY_MS = 10_000;
/** Of Temporal, for one workflow. */
const LIMITS = { events: 51_200, bytes: 50 * 1024 ** 2 };

const nodes = Number(process.argv[2]);
const peak = new MemoryPeak();
/** How long answers took while a run was at work, in milliseconds. */
const meanwhile = { status: [] as number[], run: [] as number[] };
const folder = mkdtempSync(join(tmpdir(), 'scale-'));
const simulation = fork(join(ROOT, 'bench/simulation/main.ts'), { execArgv: [] });
await once(simulation, 'message');
const output = openSync(join(folder, 'output.txt'), 'a');
const engine = spawn('setpriv', ['--pdeathsig', 'TERM', join(ROOT, 'DeploymentEngineServer')], {
  env: {
    ...process.env,
    DEPLOYMENT_ENGINE_DATA_DIR: join(folder, 'data'),
    DEPLOYMENT_ENGINE_LISTEN: '127.0.0.1:50000',
    DEPLOYMENT_ENGINE_MIRROR_LISTEN: `${HOME}:50001`,
    DEPLOYMENT_ENGINE_TEMPORAL_PORT: String(PORT),
    DEPLOYMENT_ENGINE_SERIAL_FILE: join(ROOT, 'sample/serial'),
  },
  stdio: ['ignore', output, output],
});
closeSync(output);
const client = createEngineClient(BASE);

try {
  await client.ready(() => engine.exitCode !== null);
  await configured(scaleConfiguration(nodes));
  const first = await deploy('first deploy', 'ok');
  printAnswers('GET /status meanwhile', meanwhile.status);
  printAnswers('GET /runs/n meanwhile', meanwhile.run);
  const { longest, largest, count } = await largestHistories(`127.0.0.1:${PORT}`);
  printHistory(`longest of ${count} histories`, longest, longest.events / LIMITS.events);
  printHistory('largest of them', largest, largest.bytes / LIMITS.bytes);
  await deploy('no change', 'unchanged', Math.max(1, nodes / 1000) * SECONDS_A_THOUSAND);
  await answers('GET /status', '/status');
  await answers('GET /runs/n, first deploy', `/runs/${first}`);
  print('memory at most', `${peak.all.toFixed(0)} MiB`, peak.details, peak.all <= 1024);
} finally {
  engine.kill('SIGTERM');
  if (engine.exitCode === null) await once(engine, 'exit');
  simulation.disconnect();
  if (process.exitCode === undefined) rmSync(folder, { recursive: true });
}

function used(): ReadonlyMap<Program, Use> {
  return usedBy(engine.pid ?? 0, simulation.pid ?? 0);
}

async function configured(configuration: ReturnType<typeof scaleConfiguration>): Promise<void> {
  const noting = setInterval(() => peak.note(used()), 1000);
  await client.configure(configuration);
  clearInterval(noting);
  print('memory of POST /config', `${peak.all.toFixed(0)} MiB`, peak.details);
}

async function deploy(name: string, wanted: string, goal?: number): Promise<number> {
  const before = used();
  const begun = performance.now();
  let asked = begun;
  const { run } = await client.deploy();
  let summary = await summaryOf(run);
  while (summary.outcome === null && summary.state !== 'parked') {
    await wait(Math.min(1000, nodes));
    peak.note(used());
    summary = await summaryOf(run);
    if (performance.now() - asked > ASKED_EVERY_MS) {
      meanwhile.status.push(await timeOf('/status'));
      meanwhile.run.push(await timeOf(`/runs/${run}`));
      asked = performance.now();
    }
  }
  const seconds = (performance.now() - begun) / 1000;
  if (summary.outcome !== wanted) {
    process.exitCode = 1;
    const view = await client.run(run);
    const parked = view.parked.slice(0, 5).map(({ target, step, message }) => `\n  ${target} ${step}: ${message}`);
    throw new Error(
      `the ${name} ended ${view.outcome ?? view.state}: ${view.reason ?? ''}${parked.join('')}\nsee ${folder}`,
    );
  }
  const cpu = [...used()].map(([program, { cpu: now }]) => ({ program, spent: now - (before.get(program)?.cpu ?? 0) }));
  const own = cpu.filter(({ program }) => program !== 'simulation').reduce((sum, { spent }) => sum + spent, 0);
  print(
    `${name}, ${nodes} nodes`,
    `${seconds.toFixed(1)} s`,
    `processor ${own.toFixed(1)} s: ${cpu.map(({ program, spent }) => `${program} ${spent.toFixed(1)}`).join(', ')}`,
    goal === undefined ? undefined : seconds <= goal,
  );
  return run;
}

/** The whole run has every step of every node, too much to be asked for once a second. */
async function summaryOf(run: number): Promise<{ readonly state: string; readonly outcome: string | null }> {
  const runs = (await client.call('GET', '/runs')) as readonly { run: number; state: string; outcome: string | null }[];
  const own = runs.find((each) => each.run === run);
  if (own === undefined) throw new Error(`run ${run} is not listed`);
  return own;
}

async function answers(name: string, path: string): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) times.push(await timeOf(path));
  printAnswers(name, times);
}

/** Until the whole answer is here; what a client makes of its megabytes is not the engine's. */
async function timeOf(path: string): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(`${BASE}/deployment-engine${path}`);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}`);
  const took = performance.now() - begun;
  peak.note(used());
  return took;
}

function printAnswers(name: string, times: readonly number[]): void {
  if (times.length === 0) return;
  const median = medianOf(times);
  print(name, `${median.toFixed(0)} ms`, `worst ${Math.max(...times).toFixed(0)} ms`, median <= 300);
}

function printHistory(name: string, { workflowId, events, bytes }: History, share: number): void {
  const percent = `${(share * 100).toFixed(1)} % of the limit`;
  print(name, percent, `${workflowId}: ${events} events, ${(bytes / 1024 ** 2).toFixed(2)} MiB`, share <= 0.1);
}

function print(name: string, value: string, details: string, isHeld?: boolean): void {
  const verdict = isHeld === undefined ? '' : `  ${verdictOf(isHeld)}`;
  console.log(`${name.padEnd(28)} ${value.padStart(9)}  ${details}${verdict}  ${currentLoad()}`);
}
