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
  const amendNode = (node: PlannedNode): PlannedNode => {
    const seen = judged.nodes.find((each) => each.address === address);
    if (node.address !== address || seen === undefined) return node;
    const connects = node.steps.filter(({ name }) => name === 'connect');
    return { ...seen, steps: [...connects, ...seen.steps.filter(({ name }) => name !== 'connect')] };
  };
  const amendInstance = (instance: PlannedInstance): PlannedInstance[] => {
    const seen = judged.instances.find(({ id }) => id === instance.id);
    if (instance.address !== address || seen === undefined) return [instance];
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
