import type { NodeContext, WantedInstance } from '../../cluster/node-context.ts';
import type { Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { joinSteps } from '../checks/join-steps.ts';
import { specialStepsDue } from '../special/special-steps.ts';

/** What an instance needs beyond its job before it starts, all of it in one look. */
export const applySpecialSteps = (context: NodeContext, wanted: WantedInstance): Step<unknown> =>
  joinSteps(
    phrase('Special steps of {id}', { id: wanted.instance.id }),
    specialStepsDue('before start', context, wanted),
  );
