import type { SignalDefinition } from '@temporalio/common';
import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { targetOf } from '../../domain/run/target.ts';
import { instanceWorkflowId, nodeWorkflowId } from '../messages.ts';

interface Addressee {
  readonly cluster: string;
  readonly run: number;
  /** An address (preparing) or an instance id (updating). */
  readonly target: string;
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
