import { hasAddress } from '../../domain/configuration.ts';
import type { Configurations, Revision } from '../../store/configurations/contract.ts';

/** How many revisions back a node is looked for. */
const REVISIONS = 20;

/** The newest revision that names the node: its passwords are the ones to use there. */
export const newestRevisionOf = async (
  configurations: Pick<Configurations, 'newest' | 'recent'>,
  address: string,
): Promise<Revision | undefined> => {
  const names = ({ configuration }: Revision): boolean => hasAddress(configuration, address);
  const newest = await configurations.newest();
  // Nearly every node that is asked for; of thousands each earlier revision takes as long to read.
  if (newest === undefined || names(newest)) return newest;
  return (await configurations.recent(REVISIONS)).find(names);
};
