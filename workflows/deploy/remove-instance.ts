import { runSteps, type TargetEnd, type TargetInput } from '../run-steps.ts';

/** Takes one instance off its node, and gives the node back where nothing else is left on it. */
export async function removeInstance(input: TargetInput): Promise<TargetEnd> {
  return runSteps(input);
}
