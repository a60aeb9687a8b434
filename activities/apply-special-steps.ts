import type { Step } from '../domain/step.ts';
import { joinSteps } from './join-steps.ts';
import type { NodeContext, WantedInstance } from './node-context.ts';
import { specialStepsDue } from './special-step-factories.ts';

/** What an instance needs beyond its job before it starts, all of it in one look. */
export const applySpecialSteps = (context: NodeContext, wanted: WantedInstance): Step<unknown> =>
  joinSteps(`Special steps of ${wanted.instance.id}`, specialStepsDue('before start', context, wanted));
