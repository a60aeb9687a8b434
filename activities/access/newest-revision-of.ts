import { hasAddress } from '../../domain/configuration.ts';
import type { Configurations, Revision } from '../../store/configurations/contract.ts';

/** How many revisions back a node is looked for. */
const REVISIONS = 20;

/** The newest revision that names the node: its passwords are the ones to use there. */
export const newestRevisionOf = async (
  configurations: Pick<Configurations, 'recent'>,
  address: string,
): Promise<Revision | undefined> =>
  (await configurations.recent(REVISIONS)).find(({ configuration }) => hasAddress(configuration, address));
