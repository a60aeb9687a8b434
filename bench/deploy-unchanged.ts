import { setTimeout as wait } from 'node:timers/promises';
import type { EngineClient } from '../sample/demo/engine-client.ts';

/**
 * A deploy from its request to its outcome; rejects when it had something to do. Gives when `GET /deploy` was answered, as
 * `performance.now()` has it. Its outcome is asked for every `askMs` milliseconds.
 */
export async function deployUnchanged(client: EngineClient, { askMs = 50 } = {}): Promise<number> {
  const { run } = await client.deploy();
  const answered = performance.now();
  for (;;) {
    const { outcome } = await client.run(run);
    if (outcome === 'unchanged') return answered;
    if (outcome !== null)
      throw new Error(`run ${run} ended ${outcome}; this benchmark needs a cluster that is up to date`);
    await wait(askMs);
  }
}
