import type { Configuration } from '../../domain/configuration.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import type { Store } from '../../store/store.ts';
import { newestRevisionOf } from './newest-revision-of.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';

export type Entering = Pick<ActivityDependencies, 'connections' | 'logins'> & {
  readonly store: Pick<Store, 'configurations'>;
};

/** Logs in as anyone who may, by the newest configuration that names the node, else by the one that was asked about. */
export async function enterNode(
  { store, connections, logins }: Entering,
  address: string,
  asked: Configuration,
): Promise<NodeSession> {
  const configuration = (await newestRevisionOf(store.configurations, address))?.configuration ?? asked;
  return connections.node(address, await logins.of(configuration, address), 'anyone');
}
