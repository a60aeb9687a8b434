import { STOPPED_BY_OPERATOR } from '../../domain/instance-status.ts';
import type { Instance } from '../../domain/instance.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { StepRecord } from '../../domain/run/run.ts';
import type { StepName } from '../../domain/steps.ts';
import type { StepKey } from '../../store/runs/contract.ts';
import type { Store } from '../../store/store.ts';
import type { LeavingFacts } from '../steps/removal/leave-node.ts';
import type { StepInput, Stepping } from './attempt.ts';
import type { NodePort } from './run-step.ts';
import { rulesOf } from './stage-rules.ts';

/** An instance counts as installed from its first change on, whatever becomes of it. */
export const notingInstance = (
  { installed }: Pick<Store, 'installed'>,
  instance: Instance,
  { revision, release }: Plan,
  node: NodePort,
): NodePort => ({
  ...node,
  expect: async (changes) => {
    await installed.note(instance, { revision, release });
    await node.expect?.(changes);
  },
});

/** A node counts as claimed from before its first change on, so that it is given back whatever becomes of the run. */
export const notingClaim = ({ nodes }: Pick<Store, 'nodes'>, address: string, node: NodePort): NodePort => ({
  ...node,
  expect: async (changes) => {
    await nodes.noteClaim(address);
    await node.expect?.(changes);
  },
});

/** Forgets an instance with the last step of its removal, unless the removal was skipped: then it is still there. */
export async function forgetRemoved(
  { steps, installed }: Pick<Store, 'steps' | 'installed'>,
  { instances }: Plan,
  key: StepKey,
): Promise<void> {
  const { run, target, step } = key;
  if (!rulesOf(step).forgetsInstance) return;
  const last = instances.find(({ id }) => id === target)?.steps.at(-1) ?? step;
  if (step !== last) return;
  const isDone = ({ step: of, state }: StepRecord): boolean =>
    of === 'removeInstance' && (state === 'done' || state === 'unchanged');
  if (step !== 'removeInstance' && !(await steps.ofTarget(run, target)).some(isDone)) return;
  // Throws in an attempt that was overtaken: the instance may have been installed again.
  await steps.reach(key);
  await installed.remove(target);
}

const GIVES_BACK: readonly StepName[] = ['leaveNode', 'giveBack'];

/** Forgets the claim of a node that is not ours any more, and leaves it; one that is still in use keeps both. */
export async function forgetGivenBack(
  { connections, engine, store }: Pick<Stepping, 'connections' | 'engine'> & { readonly store: Pick<Store, 'nodes'> },
  { address, step }: StepInput,
  facts: unknown,
): Promise<void> {
  if (!GIVES_BACK.includes(step) || (facts as LeavingFacts).owner === engine.id) return;
  await store.nodes.forgetClaim(address);
  connections.forget(address);
}

/** An operator's wish to have it stopped begins with a stop and ends with a start. */
const STOPPED_AFTER: Readonly<Partial<Record<StepName, boolean>>> = { start: false, restart: false, stop: true };

export async function keepWish(
  { installed, statuses }: Pick<Store, 'installed' | 'statuses'>,
  { target, step }: StepInput,
): Promise<void> {
  const isStopped = STOPPED_AFTER[step];
  if (isStopped === undefined) return;
  const seenAt = Date.now();
  await installed.setStopped(target, isStopped ? seenAt : undefined);
  const detail = isStopped ? STOPPED_BY_OPERATOR : '';
  await statuses.amend(target, { isRunning: !isStopped, detail, seenAt });
}
