import { addressesOf } from '../../domain/configuration.ts';
import type { NodeHardware } from '../../domain/node/hardware.ts';
import type { Store } from '../../store/store.ts';
import { type Entering, enterNode } from '../access/enter-node.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { readAnswers } from '../checks/answers.ts';
import { hardwareIn, measureHardware } from '../checks/measure-hardware.ts';
import { lookAtEach } from './look-at-each.ts';
import { openInspection } from './open-inspection.ts';

type Measuring = Entering & { readonly store: Pick<Store, 'inspections'> };

/** Says what the machines of a configuration are. */
export const createLookAtHardware =
  (deps: Measuring) =>
  ({ inspection }: { readonly inspection: string }): Promise<void> =>
    withHeartbeat(async ({ cancellationSignal }) =>
      deps.store.inspections.answer<'hardware'>(inspection, await hardwareOf(deps, inspection, cancellationSignal)),
    );

async function hardwareOf(
  deps: Measuring,
  inspection: string,
  cancelled: AbortSignal,
): Promise<readonly NodeHardware[]> {
  const { configuration, addresses = addressesOf(configuration) } = await openInspection(deps.store, inspection);
  const looked = await lookAtEach(
    addresses,
    async (address, signal) => {
      const session = await enterNode(deps, address, { asked: configuration, signal });
      const { stdout } = await session.read(measureHardware, { signal });
      return hardwareIn(readAnswers(stdout));
    },
    { signal: cancelled },
  );
  return looked.map((each) =>
    'found' in each
      ? { address: each.address, measured: each.found }
      : { address: each.address, error: each.failure.text },
  );
}
