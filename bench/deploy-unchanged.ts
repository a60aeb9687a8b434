import { setTimeout as wait } from 'node:timers/promises';
import type { EngineClient } from '../sample/demo/engine-client.ts';

/** A deploy from its request to its outcome; rejects when it had something to do. */
export async function deployUnchanged(client: EngineClient): Promise<void> {
  const { run } = await client.deploy();
  for (;;) {
    const { outcome } = await client.run(run);
    if (outcome === 'unchanged') return;
    if (outcome !== null)
      throw new Error(`run ${run} ended ${outcome}; this benchmark needs a cluster that is up to date`);
    await wait(50);
  }
}
