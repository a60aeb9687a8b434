import type { NodeContext, WantedInstance } from '../../cluster/node-context.ts';
import type { Step } from '../../domain/step.ts';
import { joinSteps } from '../checks/join-steps.ts';
import { specialStepsDue } from '../special/special-steps.ts';

/** What an instance needs beyond its job before it starts, all of it in one look. */
export const applySpecialSteps = (context: NodeContext, wanted: WantedInstance): Step<unknown> =>
  joinSteps(`Special steps of ${wanted.instance.id}`, specialStepsDue('before start', context, wanted));
