import fc from 'fast-check';
import type { Credential } from './credentials.ts';
import { exchange } from './exchange.ts';
import { faultsIn, type Secrets } from './judge.ts';
import { type Documents, type Input, inputs } from './requests.ts';

export interface Fuzzed {
  readonly port: number;
  readonly secrets: Secrets;
  readonly valid: Documents;
  /** What callers show an engine that asks for tokens; default: nothing. */
  readonly credentials?: fc.Arbitrary<Credential>;
  /** Milliseconds in which this path answers. */
  readonly withinMs: (input: Input) => number;
  /** Faults of the engine itself: its log, its health. */
  readonly faults: () => Promise<readonly string[]> | readonly string[];
}

/** How many inputs each route got, and how many answers each status. */
export interface Counts {
  readonly inputs: number;
  readonly routes: ReadonlyMap<string, number>;
  readonly statuses: ReadonlyMap<string, number>;
}

/** Inputs that are sent at the same time, at most. */
const AT_ONCE = 8;

/**
 * Sends about so many inputs. Throws with the smallest that shows a fault, its seed and its path: FUZZ_SEED and FUZZ_PATH send
 * that one again.
 */
export async function fuzz(
  { port, secrets, valid, credentials, withinMs, faults }: Fuzzed,
  count: number,
  seed: number,
): Promise<Counts> {
  const routes = new Map<string, number>();
  const statuses = new Map<string, number>();
  let sent = 0;
  const { FUZZ_SEED, FUZZ_PATH } = process.env;
  const ask = async (input: Input): Promise<string[]> => {
    const got = await exchange(port, input, withinMs(input));
    sent += 1;
    add(routes, input.route);
    add(statuses, String(got.answer?.status ?? (got.hasHung ? 'hung' : 'closed')));
    return faultsIn(input, got, secrets).map((fault) => `${input.route}: ${fault}`);
  };
  const together = fc.array(inputs(valid, credentials), { minLength: 1, maxLength: AT_ONCE, size: 'max' });
  const property = fc.asyncProperty(together, async (batch) => {
    const found = (await Promise.all(batch.map(ask))).flat();
    const all = [...found, ...(await faults())];
    if (all.length > 0) throw new Error(all.join('\n'));
  });
  await fc.assert(property, {
    numRuns: Math.ceil(count / ((1 + AT_ONCE) / 2)),
    seed: FUZZ_SEED === undefined ? seed : Number(FUZZ_SEED),
    ...(FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }),
    // Shrinking sends again and again.
    interruptAfterTimeLimit: 20 * 60_000,
    markInterruptAsFailure: true,
    reporter: report,
  });
  return { inputs: sent, routes, statuses };
}

const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

function report({ failed, seed, counterexample, counterexamplePath, errorInstance }: fc.RunDetails<[Input[]]>): void {
  if (!failed) return;
  const bytes = (counterexample?.[0] ?? []).map((input) =>
    [input.route, ...[input.bytes, input.frames ?? ''].map((each) => JSON.stringify(shortened(each)))].join('\n'),
  );
  const again = `FUZZ_SEED=${seed} FUZZ_PATH=${counterexamplePath}`;
  throw new Error([String((errorInstance as Error | null)?.message), `again with ${again}`, ...bytes].join('\n'));
}

const shortened = (bytes: string): string =>
  bytes.length < 4000 ? bytes : `${bytes.slice(0, 2000)}... ${bytes.length} bytes`;

const linesOf = (counts: ReadonlyMap<string, number>, how: string): string[] =>
  [...counts.keys()].toSorted().map((key) => `${String(counts.get(key)).padStart(6)} ${how} ${key}`);

export const table = ({ inputs: count, routes, statuses }: Counts, seed: number): string =>
  [`${count} inputs, seed ${seed}`, ...linesOf(routes, 'to'), ...linesOf(statuses, 'answered')].join('\n');
