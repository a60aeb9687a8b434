import { executeChild } from '@temporalio/workflow';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import { clusterIdKey, nodeWorkflowId, phaseKey } from '../messages.ts';
import { runSteps } from '../target/run-steps.ts';
import type { TargetEnd, TargetInput } from '../target/target-end.ts';
import { Slots } from '../workflow-slots.ts';
import type { ClusterState } from './cluster-state.ts';

interface Preparation {
  readonly origin: Omit<TargetInput, 'target' | 'address'>;
  readonly state: ClusterState;
  readonly addresses: readonly string[];
  /** How many work at once; parked ones are not counted. */
  readonly maxInFlight: number;
}

/** How many may wait for builds of others, for each that works. */
const ASIDE = 2;

/** Starts a child per node with work; the others are prepared already. */
export function prepareNodes({ origin, state, addresses, maxInFlight }: Preparation): Map<string, Promise<TargetEnd>> {
  const slots = new Slots(maxInFlight);
  state.mostAside = ASIDE * maxInFlight;
  return new Map(
    addresses.map((address) => [
      address,
      state.work({ target: address, address }, slots, () =>
        executeChild(prepareNode, {
          workflowId: nodeWorkflowId(origin.cluster, origin.run, address),
          args: [{ ...origin, target: address, address, ownsPlace: true }],
          staticSummary: inOwnLanguage(phrase('Prepare {address}', { address })),
          typedSearchAttributes: [
            { key: clusterIdKey, value: origin.cluster },
            { key: phaseKey, value: 'working' },
          ],
        }),
      ),
    ]),
  );
}

/** A child: all slow work on one node, while nothing that runs there is disturbed. */
export async function prepareNode(input: TargetInput): Promise<TargetEnd> {
  return runSteps(input);
}
