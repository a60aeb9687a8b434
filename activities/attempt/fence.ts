import type { Fence } from '../../ssh/node-session.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';

/** What a run shows a node to be let in. */
export const fenceOf = async ({ engine, store }: ActivityDependencies, run: number): Promise<Fence> => ({
  engine: engine.id,
  generation: await store.engine.generation(),
  run,
});
