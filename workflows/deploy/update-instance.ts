import { runSteps, type TargetEnd, type TargetInput } from '../run-steps.ts';

/** Stops, installs and starts one instance. */
export async function updateInstance(input: TargetInput): Promise<TargetEnd> {
  return runSteps(input);
}
