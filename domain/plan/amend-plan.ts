import type { Instance } from '../instance.ts';
import { planEverything } from './make-plan.ts';
import type { Plan, PlannedInstance, PlannedNode } from './plan.ts';
import type { NodeSurvey } from './survey.ts';

interface Look {
  /** Of the whole cluster. */
  readonly instances: readonly Instance[];
  /** For a node that is not in the plan. */
  readonly survey: NodeSurvey;
}

/** Replaces what the plan says of a node that could not be read by what it needs now that it was read. */
export function amendPlan(plan: Plan, { instances, survey }: Look): Plan {
  const { address } = survey;
  const judged = planEverything({ instances, surveys: [survey] });
  const seenNode = judged.nodes.find((each) => each.address === address);
  const amendNode = (node: PlannedNode): PlannedNode => {
    if (node.address !== address || seenNode === undefined) return node;
    const connects = node.steps.filter(({ name }) => name === 'connect');
    return { ...seenNode, steps: [...connects, ...seenNode.steps.filter(({ name }) => name !== 'connect')] };
  };
  const amendInstance = (instance: PlannedInstance): PlannedInstance[] => {
    // First, since there are thousands, each of which would be looked for among thousands.
    if (instance.address !== address) return [instance];
    const seen = judged.instances.find(({ id }) => id === instance.id);
    if (seen === undefined) return [instance];
    if (seen.change === 'untouched') return [];
    // What it waits for was judged beside all others.
    const { needs, afterRemoval, afterUpdate } = instance;
    return [
      {
        ...seen,
        needs,
        ...(afterRemoval === undefined ? {} : { afterRemoval }),
        ...(afterUpdate === undefined ? {} : { afterUpdate }),
      },
    ];
  };
  return { ...plan, nodes: plan.nodes.map(amendNode), instances: plan.instances.flatMap(amendInstance) };
}
