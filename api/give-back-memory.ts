import { Session } from 'node:inspector/promises';
import process from 'node:process';
import { getHeapStatistics } from 'node:v8';

const EVERY_MS = 30_000;
/** What the program and its libraries use beside the heap is half of this. */
const MOST_BESIDE_BYTES = 192 * 1024 ** 2;

/**
 * Gives memory back to the system that a large answer or rendering has used, every half minute where there is some. V8 keeps the
 * pages that it has freed until it has nothing to do, and a gateway that is asked all the time always has.
 */
export function giveBackMemory(signal: AbortSignal, everyMs = EVERY_MS): void {
  const timer = setInterval(() => {
    if (besideHeapBytes() > MOST_BESIDE_BYTES) void collectGarbage();
  }, everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** Memory that is not of the heap: freed pages too. */
export const besideHeapBytes = (): number => process.memoryUsage.rss() - getHeapStatistics().total_heap_size;

/** All of it, freed pages included; stops the process for about a millisecond for each MB that is in use. */
async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
}
