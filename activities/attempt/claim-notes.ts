import { createHash } from 'node:crypto';
import type { ServingContext } from '../../cluster/cluster-context.ts';
import type { Store } from '../../store/store.ts';

/**
 * What a claim says of its engine beyond its id, for people who find it: where it is, and the fingerprint of the serial that the
 * run is counted for. Whoever reads the node cannot make the serial from it.
 */
export async function claimNotes(
  { runs }: Pick<Store, 'runs'>,
  run: number,
  { configuration }: Pick<ServingContext, 'configuration'>,
): Promise<Readonly<Record<string, string>>> {
  const serial = await runs.serial(run);
  return {
    address: configuration.properties.home,
    ...(serial === undefined ? {} : { serial: createHash('sha256').update(serial).digest('hex').slice(0, 16) }),
  };
}
