import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Store } from '../../store/store.ts';
import { FENCE } from '../support/run-request.ts';
import { allLines, texts } from '../store/samples.ts';
import { openSqlite, useStores } from '../store/stores.ts';
import { readLedger } from '../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../support/local-node.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { beginPlannedRun, type ShellStep } from './step-attempt.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const PROGRAM = fileURLToPath(new URL('programs/attempt.ts', import.meta.url));
const KILLS = 10;

const openStore = useStores(openSqlite);

let store: Store;
let node: LocalNode;
let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  store = await openStore({ dataDir: folder });
  node = createLocalNode({ home: folder });
  await beginPlannedRun(store);
  await node.session.installRunner({ ...FENCE, run: 1 });
});
afterEach(() => node.remove());

/** One attempt by a process of its own, killed so long after it began; what it said at its end, nothing when killed. */
async function attemptOfWorker(step: ShellStep, killAfterMs?: number): Promise<string | undefined> {
  const child = spawn(process.execPath, [PROGRAM, folder, folder, JSON.stringify(step)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('begins');
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs), exit]);
    child.kill('SIGKILL');
  }
  const { value } = await lines.next();
  await exit;
  return value as string | undefined;
}

/** What every start of a command has said on the node, in order. */
function bytesOnNode(): string {
  const jobs = ['archive', 'jobs'].flatMap((place) => {
    const at = join(node.directory, place);
    return place === 'archive' && !readdirSync(node.directory).includes(place)
      ? []
      : readdirSync(at).map((name) => join(at, name));
  });
  return jobs
    .map((job) => ({ began: Number(readFileSync(join(job, 'began'), 'utf8')), out: join(job, 'out') }))
    .toSorted((one, other) => one.began - other.began)
    .map(({ out }) => readFileSync(out, 'utf8'))
    .join('');
}

/** Numbers that look drawn and are the same each time. */
function* drawn(seed: number): Generator<number> {
  for (let state = seed; ; yield state / 2 ** 31) state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
}

it.each([1, 2])(
  'has every byte that a command said in the log, however often its worker was killed (seed %i)',
  async (seed) => {
    // Fails once, half-way through a line; then all is said again, and more.
    const command = `
      say() { i=$1; while [ $i -lt $2 ]; do echo "line $i of $$ with some more to say"; i=$((i+1)); [ $((i % 25)) -gt 0 ] || sleep 0.1; done; }
      say 0 600
      [ -e ${folder}/failed ] || { touch ${folder}/failed; printf 'no room'; exit 3; }
      say 600 1200
      touch ${folder}/done`;
    const step = { check: `[ -e ${folder}/done ]`, command };
    const moments = drawn(seed);
    let end: string | undefined;
    for (let kill = 0; kill < KILLS; kill += 1)
      end ??= await attemptOfWorker(step, (moments.next().value as number) * 1_200);
    while (end !== 'changed') end = await attemptOfWorker(step);

    const lines = texts((await allLines(store, 1)).filter(({ level }) => level === 'out'));
    expect(lines).toEqual(bytesOnNode().replaceAll('no room', 'no room\n').trimEnd().split('\n'));
    expect(readLedger(node.directory).filter(({ event }) => event === 'started')).toHaveLength(2);
    const [record] = await store.steps.of(1);
    expect(record).toMatchObject({ state: 'done', reasons: ['not done yet'], failures: 1 });
    const told = texts(await allLines(store, 1)).filter((text) => text.includes('ended with exit code 3'));
    expect(told.length).toBeGreaterThan(0);
  },
);
