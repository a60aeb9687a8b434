import type { FormerState } from '../../cluster/node-context.ts';
import type { Store } from '../../store/store.ts';

export const formerState = async (
  { adoptions, installed }: Pick<Store, 'adoptions' | 'installed'>,
  address: string,
): Promise<FormerState> => ({
  adoption: await adoptions.of(address),
  installed: (await installed.at(address)).map(({ id }) => id),
});
