import { addressesOf } from '../../domain/configuration.ts';
import type { NodeHardware } from '../../domain/node/hardware.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { readAnswers } from '../checks/answers.ts';
import { hardwareIn, measureHardware } from '../checks/measure-hardware.ts';
import { openInspection } from './open-inspection.ts';
import { lookAtEach } from './look-at-each.ts';
import { newestRevisionOf } from '../access/newest-revision-of.ts';

type Measuring = Pick<ActivityDependencies, 'connections' | 'logins'> & {
  readonly store: Pick<Store, 'configurations' | 'inspections'>;
};

/** Says what the machines of a configuration are. */
export const createLookAtHardware =
  (deps: Measuring) =>
  ({ inspection }: { readonly inspection: string }): Promise<void> =>
    withHeartbeat(async ({ cancellationSignal }) =>
      deps.store.inspections.answer<'hardware'>(inspection, await hardwareOf(deps, inspection, cancellationSignal)),
    );

async function hardwareOf(
  { store, logins, connections }: Measuring,
  inspection: string,
  cancelled: AbortSignal,
): Promise<readonly NodeHardware[]> {
  const { configuration, addresses = addressesOf(configuration) } = await openInspection(store, inspection);
  const looked = await lookAtEach(
    addresses,
    async (address, signal) => {
      const naming = (await newestRevisionOf(store.configurations, address))?.configuration ?? configuration;
      const session = await connections.node(address, await logins.of(naming, address), 'anyone');
      const { stdout } = await session.read(measureHardware, { signal });
      return hardwareIn(readAnswers(stdout));
    },
    { signal: cancelled },
  );
  return looked.map((each) =>
    'found' in each
      ? { address: each.address, measured: each.found }
      : { address: each.address, error: each.failure.message },
  );
}
