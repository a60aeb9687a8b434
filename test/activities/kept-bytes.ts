import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap that what `make` gives keeps in use. */
export async function keptBytes(make: () => Promise<unknown>): Promise<number> {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = await make();
  collect();
  const after = process.memoryUsage().heapUsed;
  // Used behind the measurement, so that it is not collected before.
  return kept === undefined ? 0 : after - before;
}
