import type { ClusterContext } from '../../cluster/cluster-context.ts';
import { amendPlan } from '../../domain/plan/amend-plan.ts';
import { countOf } from '../../domain/text/counts.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import { lookAtNode, type NodeLooking } from '../looks/survey-node.ts';
import type { StepLog } from '../progress/step-log.ts';

/** A node that could not be read when the plan was made can be read now: from here on its part of the plan is what it lacks. */
export async function lookAgain(
  deps: NodeLooking & { readonly store: Pick<Store, 'runs'> },
  cluster: ClusterContext,
  { run, address, log }: { readonly run: number; readonly address: string; readonly log: StepLog },
): Promise<void> {
  const survey = await lookAtNode(deps, cluster, address);
  const { nodes, instances } = await deps.store.runs.amendPlan(run, (plan) =>
    amendPlan(plan, { instances: cluster.instances, survey }),
  );
  const steps = nodes.filter((node) => node.address === address).flatMap((node) => node.steps);
  const own = instances.filter((instance) => instance.address === address).map(({ id }) => id);
  const preparing = steps.filter(({ name }) => name !== 'connect').length;
  log.write(
    'info',
    phrase('looked at: {steps} to prepare it, instances to update: {instances}', {
      steps: countOf(preparing, 'step'),
      instances: own.length === 0 ? 'none' : own,
    }),
  );
}
