import type { Fence } from '../../ssh/node-session.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';

type Fencing = Pick<ActivityDependencies, 'engine'> & { readonly store: Pick<Store, 'engine'> };

/** What a run presents to a node to be admitted. */
export const fenceOf = async ({ engine, store }: Fencing, run: number): Promise<Fence> => ({
  engine: engine.id,
  generation: await store.engine.generation(),
  run,
});
