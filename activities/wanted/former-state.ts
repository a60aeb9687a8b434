import type { FormerState } from '../../cluster/node-context.ts';
import type { Store } from '../../store/store.ts';

export const formerState = async (
  { adoptions, engine, installed }: Pick<Store, 'adoptions' | 'engine' | 'installed'>,
  address: string,
): Promise<FormerState> => ({
  adoption: await adoptions.of(address),
  installed: (await installed.at(address)).map(({ id }) => id),
  past: await engine.past(),
});
