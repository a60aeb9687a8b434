import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Store } from '../../../store/store.ts';
import { allLines, texts } from '../../store/samples.ts';
import type { LedgerLine } from '../../support/ledger.ts';
import type { ShellStep } from './step-attempt.ts';

const PROGRAM = fileURLToPath(new URL('../programs/attempt.ts', import.meta.url));

interface Kills {
  readonly dataDir: string;
  /** Home of a local node, or the address of a real one. */
  readonly node: string;
  /** An empty folder on the node. */
  readonly folder: string;
  readonly seed: number;
  readonly kills: number;
}

/** Has a step attempted by workers that are killed at drawn moments, until one of them ends it. */
export async function killWorkers({ dataDir, node, folder, seed, kills }: Kills): Promise<void> {
  const step = talkativeStep(folder);
  const moments = drawn(seed);
  let end: string | undefined;
  for (let kill = 0; kill < kills; kill += 1)
    end ??= await attemptOfWorker({ dataDir, node, step }, (moments.next().value as number) * 1_200);
  while (end !== 'changed') end = await attemptOfWorker({ dataDir, node, step });
}

/** Compares the log with what each start of the command has said on the node, in order. */
export async function expectWholeLog(store: Store, bytes: string, ledger: readonly LedgerLine[]): Promise<void> {
  const lines = await allLines(store, 1);
  const heard = texts(lines.filter(({ level }) => level === 'out'));
  expect(heard).toEqual(bytes.replaceAll('no room', 'no room\n').trimEnd().split('\n'));
  expect(ledger.filter(({ event }) => event === 'started')).toHaveLength(2);
  expect(await store.steps.of(1)).toMatchObject([{ state: 'done', reasons: ['not done yet'], failures: 1 }]);
  expect(texts(lines).filter((text) => text.includes('ended with exit code 3'))).not.toEqual([]);
}

/** Fails once, half-way through a line; then all is said again, and more. */
const talkativeStep = (folder: string): ShellStep => ({
  check: `[ -e ${folder}/done ]`,
  command: `
    say() {
      i=$1
      while [ $i -lt $2 ]; do
        echo "line $i of $$ with some more to say"
        i=$((i + 1))
        [ $((i % 25)) -gt 0 ] || sleep 0.1
      done
    }
    say 0 600
    [ -e ${folder}/failed ] || { touch ${folder}/failed; printf 'no room'; exit 3; }
    say 600 1200
    touch ${folder}/done`,
});

/** One attempt by a process of its own; what it said at its end, nothing when it was killed. */
async function attemptOfWorker(
  { dataDir, node, step }: Pick<Kills, 'dataDir' | 'node'> & { readonly step: ShellStep },
  killAfterMs?: number,
): Promise<string | undefined> {
  const child = spawn(process.execPath, [PROGRAM, dataDir, node, JSON.stringify(step)], {
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

/** Numbers below 1 that look drawn and are the same each time. */
function* drawn(seed: number): Generator<number> {
  for (let state = seed; ; yield state / 2 ** 31) state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
}
