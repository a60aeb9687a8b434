import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import { aborted } from '../boundary/aborted.ts';

/** Nodes looked at at once. */
const AT_ONCE = 250;
/** A slow login takes half of it; a caller waits for the whole. */
const NODE_MS = 30_000;
export const ALL_MS = 48_000;

export type Looked<Found> = { readonly address: string } & (
  { readonly found: Found } | { readonly failure: DeploymentEngineError }
);

interface LookLimits {
  readonly signal: AbortSignal;
  readonly nodeMs?: number;
  readonly allMs?: number;
  readonly atOnce?: number;
}

/** Looks at all nodes in parallel; one that does not answer in time is reported as such and delays no other. */
export async function lookAtEach<Found>(
  addresses: readonly string[],
  look: (address: string, signal: AbortSignal) => Promise<Found>,
  { signal: given, nodeMs = NODE_MS, allMs = ALL_MS, atOnce = AT_ONCE }: LookLimits,
): Promise<readonly Looked<Found>[]> {
  const end = performance.now() + allMs;
  const results = new Map<string, Looked<Found>>();
  const waiting = [...addresses];
  const lookOn = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results.set(next, await lookAt(next));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, addresses.length) }, lookOn));
  return addresses.flatMap((address) => results.get(address) ?? []);

  async function lookAt(address: string): Promise<Looked<Found>> {
    const withinMs = Math.max(0, Math.ceil(Math.min(nodeMs, end - performance.now())));
    if (withinMs === 0) return { address, failure: notAsked(address) };
    const late = AbortSignal.timeout(withinMs);
    const signal = AbortSignal.any([given, late]);
    try {
      return { address, found: await Promise.race([look(address, signal), aborted(signal)]) };
    } catch (error) {
      given.throwIfAborted();
      if (late.aborted) return { address, failure: tooLate(address, withinMs) };
      // A fault of the store says nothing about the node.
      if (!isEngineError(error) || error.retry === 'always') throw error;
      return { address, failure: error };
    }
  }
}

const notAsked = (address: string): DeploymentEngineError =>
  new DeploymentEngineError(
    'CommandTimedOut',
    phrase('{address} was not asked: the time for all nodes was over', { address }),
  );

const tooLate = (address: string, ms: number): DeploymentEngineError =>
  new DeploymentEngineError(
    'CommandTimedOut',
    phrase('{address} has not answered within {seconds} s', { address, seconds: Math.ceil(ms / 1000) }),
  );
