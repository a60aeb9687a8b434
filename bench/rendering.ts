import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createDryRun } from '../api/candidate/dry-run.ts';
import { parseConfiguration } from '../domain/schemas/configuration.ts';
import { JobArchives } from '../release/archive/job-archives.ts';
import { readRelease } from '../release/read-release.ts';
import { createRubies, snapshotFile } from '../rendering/sandbox/rubies.ts';
import { demoConfiguration } from '../sample/demo/layout.ts';
import { openStore } from '../store/open-store.ts';
import { currentLoad, verdictOf } from './print-goal.ts';
import { medianOf, printTimes } from './print-times.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const COMMAND_GOAL_MS = 2000;
const GATEWAY_GOAL_MS = 1000;
/** Who posts again has looked at the answer: meanwhile the gateway gets ready for it. */
const BETWEEN_POSTS_MS = 1500;

/**
 * Dry rendering of v194's 19 instances: as a whole command, and as a gateway judges what is posted to it, every time another
 * domain. Both begin with an empty cache. Needs CF_RELEASE_DIR and no engine.
 */
export async function rendering(): Promise<void> {
  const releases = process.env['CF_RELEASE_DIR'];
  if (releases === undefined) return console.log('rendering: left out, CF_RELEASE_DIR is not set');
  const release = path.join(releases, 'cf-194-jobs.tgz');
  const folder = await mkdtemp(path.join(tmpdir(), 'rendering-'));
  try {
    print('render, whole command', await timesOfCommand(release, folder), COMMAND_GOAL_MS);
    print('judged by a gateway', await timesInGateway(release, folder), GATEWAY_GOAL_MS);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timesOfCommand(release: string, folder: string): Promise<number[]> {
  const [cache, config, out] = ['cache', 'config.json', 'out'].map((name) => path.join(folder, name)) as Three;
  await mkdir(cache);
  await writeFile(config, JSON.stringify(document('cf.local')));
  const words = ['render', '--release', release, '--config', config, '--out', out];
  const env = { ...process.env, DEPLOYMENT_ENGINE_CACHE_DIR: cache };
  const command = path.join(import.meta.dirname, '../DeploymentEngineServer');
  return timesOf(() => promisify(execFile)(command, words, { env }));
}

type Three = [string, string, string];

async function timesInGateway(file: string, folder: string): Promise<number[]> {
  const blobs = new JobArchives();
  const release = await readRelease(file, blobs, { allowMissingPackages: true });
  const blobPath = (sha256: string): string => path.join(folder, sha256);
  for (const { archive } of Object.values(release.jobs))
    await writeFile(blobPath(archive.sha256), blobs.get(archive.sha256));
  const store = await openStore({ dataDir: path.join(folder, 'data') });
  const rubies = createRubies({ snapshotFile: snapshotFile(path.join(folder, 'cache-of-gateway')) });
  const dryRun = createDryRun({ store, mirror: { release: async () => release, blobPath }, rubies });
  try {
    const judge = (round: number) => dryRun(parseConfiguration(document(`cf-${round}.local`), {}).configuration);
    return await timesOf(judge, () => wait(BETWEEN_POSTS_MS));
  } finally {
    rubies.close();
    await store.close();
  }
}

async function timesOf(
  render: (round: number) => Promise<unknown>,
  between = async (): Promise<unknown> => undefined,
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const begun = performance.now();
    await render(round);
    times.push(performance.now() - begun);
    await between();
  }
  return times;
}

/** 19 instances, each on a node of its own. */
function document(domain: string) {
  const { components, properties } = demoConfiguration(19);
  return { components, properties: { ...properties, domain } };
}

function print(name: string, [first = 0, ...later]: readonly number[], goalMs: number): void {
  printTimes(`${name}, first`, [first]);
  printTimes(`${name}, later`, later);
  const ms = medianOf(later);
  console.log(`  ${Math.round(ms)} ms; goal ${goalMs} ms: ${verdictOf(ms <= goalMs)} ${currentLoad()}`);
}
