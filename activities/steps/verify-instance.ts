import type { NodeContext, WantedInstance } from '../../cluster/node-context.ts';
import type { Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { joinSteps } from '../checks/join-steps.ts';
import { specialStepsDue } from '../special/special-steps.ts';

/** Checks what the state `running` alone does not prove. */
export const verifyInstance = (context: NodeContext, wanted: WantedInstance): Step<unknown> =>
  joinSteps(phrase('Verify {id}', { id: wanted.instance.id }), specialStepsDue('after start', context, wanted));
