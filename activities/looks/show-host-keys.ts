import { addressesOf } from '../../domain/configuration.ts';
import type { ShownHostKey } from '../../domain/node/inspection.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { openInspection } from './open-inspection.ts';
import { lookAtEach } from './look-at-each.ts';

type Showing = Pick<ActivityDependencies, 'connections'> & { readonly store: Pick<Store, 'inspections'> };

/** Says which SSH host keys machines show now; pins none. */
export const createShowHostKeys =
  ({ store, connections }: Showing) =>
  ({ inspection }: { readonly inspection: string }): Promise<void> =>
    withHeartbeat(async ({ cancellationSignal: signal }) => {
      const { configuration, addresses = addressesOf(configuration) } = await openInspection(store, inspection);
      const looked = await lookAtEach(addresses, (address) => connections.hostKey(address), { signal });
      const keys = looked.map((each): ShownHostKey =>
        'found' in each
          ? { address: each.address, hostKey: each.found }
          : { address: each.address, error: each.failure.text },
      );
      await store.inspections.answer<'hostKeys'>(inspection, keys);
    });
