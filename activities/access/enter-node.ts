import type { Configuration } from '../../domain/configuration.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { enterAtOnce } from './enter-at-once.ts';
import { newestRevisionOf } from './newest-revision-of.ts';

export type Entering = Pick<ActivityDependencies, 'connections' | 'logins'> & {
  readonly store: Pick<Store, 'configurations'>;
};

/**
 * Logs in as any account that may, by the newest configuration that names the node, else by the one that was asked about. A
 * caller waits, so no password may wait for its turn.
 */
export async function enterNode(
  { store, connections, logins }: Entering,
  address: string,
  { asked, signal }: { readonly asked: Configuration; readonly signal: AbortSignal },
): Promise<NodeSession> {
  const configuration = (await newestRevisionOf(store.configurations, address))?.configuration ?? asked;
  const login = await logins.of(configuration, address);
  return enterAtOnce({ connections, address, login, as: 'anyone', signal });
}
