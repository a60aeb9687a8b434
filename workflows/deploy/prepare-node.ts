import { runSteps, type TargetEnd, type TargetInput } from '../run-steps.ts';

/** All slow work on one node, while nothing that runs there is disturbed. */
export async function prepareNode(input: TargetInput): Promise<TargetEnd> {
  return runSteps(input);
}
