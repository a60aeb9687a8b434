import type { SignalDefinition } from '@temporalio/common';
import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { targetOf } from '../../domain/run/target.ts';
import { instanceWorkflowId, nodeWorkflowId } from '../messages.ts';
import { isPatched } from '../patches.ts';

/** Half of what Temporal takes at once of one execution (limit.numPendingSignals.error); the rest is for places given back. */
const SIGNALS_AT_ONCE = 1_000;

interface Addressee {
  readonly cluster: string;
  readonly run: number;
  /** An address (preparing) or an instance id (updating). */
  readonly target: string;
}

/** Sends a signal to the children of many targets. */
export function tellTargets<Args extends unknown[]>(
  targets: readonly string[],
  { cluster, run }: Omit<Addressee, 'target'>,
  signal: SignalDefinition<Args>,
  ...args: Args
): Promise<unknown> {
  const tell = (some: readonly string[]): Promise<unknown> =>
    Promise.all(some.map((target) => tellTarget({ cluster, run, target }, signal, ...args)));
  const inTurn = async (): Promise<void> => {
    for (let from = 0; from < targets.length; from += SIGNALS_AT_ONCE)
      await tell(targets.slice(from, from + SIGNALS_AT_ONCE));
  };
  return targets.length > SIGNALS_AT_ONCE && isPatched('many are told in turn') ? inTurn() : tell(targets);
}

/** Sends a signal to a target's child. One that has ended meanwhile hears nothing, and its end says so elsewhere. */
export async function tellTarget<Args extends unknown[]>(
  { cluster, run, target }: Addressee,
  signal: SignalDefinition<Args>,
  ...args: Args
): Promise<void> {
  const to = targetOf(target);
  const id =
    to.kind === 'instance' ? instanceWorkflowId(cluster, run, to.id) : nodeWorkflowId(cluster, run, to.address);
  await getExternalWorkflowHandle(id)
    .signal(signal, ...args)
    .catch(() => undefined);
}
