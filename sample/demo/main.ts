import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { ignoreClosedReaders } from '../../domain/closed-readers.ts';
import { recordOf } from '../../domain/node/cluster-names.ts';
import { forgetProxies } from '../../domain/proxy-variables.ts';
import { buildRelease } from '../build-release.ts';
import { checkCluster } from '../cluster-check.ts';
import { isSampleVersion, SAMPLE_VERSIONS, type SampleVersion } from '../release/sample-version.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { demoConfiguration, DOMAIN } from './layout.ts';
import { exitOf, outputOf, ProgramFailed, run, start } from './program.ts';
import { elapsed, followRun } from './progress.ts';

ignoreClosedReaders(process);

const ROOT = join(import.meta.dirname, '../..');
const NODES = join(ROOT, 'sample/nodes/nodes.sh');
const DATA = join(ROOT, 'data/demo');
const BASE = 'http://127.0.0.1:50000';

const { nodes, version, exit } = new Command('demo')
  .description('Makes offline machines, deploys the sample cluster on them and proves that it answers.')
  .option('--nodes <number>', '4 shared nodes, or 19 with one instance each', nodeCount, 4 as const)
  .option('--version <number>', `sample release like cf-release ${SAMPLE_VERSIONS.join(', ')}`, sampleVersion)
  .option('--exit', 'tear everything down at the end', false)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ nodes: 4 | 19; version?: SampleVersion; exit: boolean }>();

process.chdir(ROOT);
const begun = Date.now();
const say = (line: string): void => console.log(`${elapsed(begun)}  ${line}`);
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());

try {
  process.exitCode = await demo();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof ProgramFailed ? error.exitCode : 1;
}

async function demo(): Promise<number> {
  const client = createEngineClient(BASE);
  if (await client.answers())
    throw new Error(`Another engine answers at ${BASE}; stop it first, or the demo would deploy with that one.`);
  // Engine and nodes have pinned each other, so neither is of use without the other.
  if ((await outputOf(['bash', NODES, 'status'])) === '') forget();
  else if (!existsSync(DATA)) await wipeNodes();
  say(`Making ${nodes} test nodes without a way to the internet`);
  await run(['bash', NODES, 'up', String(nodes)]);
  // Making the nodes may have needed a proxy; nothing from here on does.
  forgetProxies(process.env);
  say('Starting the engine');
  const engine = start(['setpriv', '--pdeathsig', 'TERM', join(ROOT, 'DeploymentEngineServer')], {
    DEPLOYMENT_ENGINE_DATA_DIR: DATA,
    DEPLOYMENT_ENGINE_SERIAL_FILE: join(ROOT, 'sample/serial'),
    ...(version === undefined ? {} : { DEPLOYMENT_ENGINE_RELEASE: await buildRelease({ version, log: say }) }),
  });
  try {
    await client.ready(() => engine.exitCode !== null);
    const isDone = await deployAndCheck(client);
    if (!exit) await stayUp();
    return isDone ? 0 : 1;
  } finally {
    if (engine.exitCode === null) {
      say('Stopping the engine');
      engine.kill('SIGTERM');
      await exitOf(engine);
    }
    if (exit) {
      await run(['bash', NODES, 'down', '--wipe']);
      forget();
    }
  }
}

async function wipeNodes(): Promise<void> {
  say('Wiping the test nodes of a demo whose data are gone');
  await run(['bash', NODES, 'down', '--wipe']);
}

function forget(): void {
  rmSync(DATA, { recursive: true, force: true });
}

async function deployAndCheck(client: EngineClient): Promise<boolean> {
  const configuration = demoConfiguration(nodes);
  await client.configure(configuration);
  const { run: number, revision } = await client.deploy();
  say(`Deploying revision ${revision} as run ${number}; log: ${BASE}/deployment-engine/log.html`);
  const view = await followRun(client, number, { begun, output: process.stdout });
  say(`Run ${number}: ${view.outcome ?? view.state}${view.reason === null ? '' : ` (${view.reason})`}`);
  if (view.outcome !== 'ok' && view.outcome !== 'unchanged') {
    for (const { target, step, code, message } of view.parked)
      say(`${target} is parked at ${step}: ${code} ${message}`);
    say(`Decide there: ${BASE}${view.temporal}`);
    return false;
  }

  const haproxy = configuration.components.haproxy[0] ?? '';
  const { user, password } = await client.credentials();
  await checkCluster({ haproxy, domain: DOMAIN, adminPassword: password, log: say });
  if (view.outcome === 'ok') await tellRecord(client, number, haproxy);
  console.log(`
The cluster answers. See for yourself:
  curl --resolve api.${DOMAIN}:80:${haproxy} http://api.${DOMAIN}/v2/info
  curl --resolve hello.${DOMAIN}:80:${haproxy} http://hello.${DOMAIN}/
  Cloud Foundry user ${user}, password ${password}

Open:
  API and links    ${BASE}/
  Temporal Web UI  ${BASE}${view.temporal}
  Log              ${BASE}/deployment-engine/log.html
`);
  return true;
}

/** What the deploy has just found out. */
async function tellRecord(client: EngineClient, number: number, haproxy: string): Promise<void> {
  const log = await client.log('local.log');
  if (!log.slice(log.lastIndexOf(` deploy ${number}: `)).includes(' DNS: ')) return;
  const { record, dnsmasq } = recordOf(DOMAIN, haproxy);
  say(`No name server leads people there yet; the record would be ${record} (BIND) or ${dnsmasq} (dnsmasq)`);
}

async function stayUp(): Promise<void> {
  say('Everything stays up until Ctrl-C; a second run goes on from data/demo.');
  if (!stopped.signal.aborted) await once(stopped.signal, 'abort');
}

function nodeCount(text: string): 4 | 19 {
  if (text === '4') return 4;
  if (text === '19') return 19;
  throw new InvalidArgumentError('4 or 19.');
}

function sampleVersion(text: string): SampleVersion {
  if (isSampleVersion(text)) return text;
  throw new InvalidArgumentError(`one of ${SAMPLE_VERSIONS.join(', ')}.`);
}
