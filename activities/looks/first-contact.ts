import type { Store } from '../../store/store.ts';

/** Those whose SSH host key nobody has pinned yet. */
export async function neverMet(
  { nodes }: Pick<Store, 'nodes'>,
  addresses: readonly string[],
): Promise<readonly string[]> {
  const keys = await Promise.all(addresses.map((address) => nodes.hostKey(address)));
  return addresses.filter((_, index) => keys[index] === undefined);
}
