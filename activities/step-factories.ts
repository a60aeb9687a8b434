import type { Limits } from '../domain/plan.ts';
import type { Step } from '../domain/step.ts';
import type { StepName } from '../domain/steps.ts';
import { applySpecialSteps } from './apply-special-steps.ts';
import { buildRuby } from './build-ruby.ts';
import { checkDisk } from './check-disk.ts';
import { compilePackages } from './compile-packages.ts';
import { connect } from './connect.ts';
import { ensureUser } from './ensure-user.ts';
import { installJob } from './install-job.ts';
import { installMonit } from './install-monit.ts';
import { installRuntimePackages } from './install-runtime-packages.ts';
import type { NodeContext, WantedInstance } from './node-context.ts';
import { quiesce } from './quiesce.ts';
import { start } from './start.ts';
import { swapAptSource } from './swap-apt-source.ts';
import { transferRelease } from './transfer-release.ts';
import { verifyInstance } from './verify-instance.ts';

type NodeStep = (context: NodeContext) => Step<unknown>;
type InstanceStep = (context: NodeContext, wanted: WantedInstance, limits: Limits) => Step<unknown>;

/** Steps of the prepare stage, made from what the node should be. */
export const NODE_STEPS = {
  connect,
  checkDisk,
  ensureUser,
  swapAptSource,
  installRuntimePackages,
  buildRuby,
  installMonit,
  transferRelease,
  compilePackages,
} as const satisfies Partial<Record<StepName, NodeStep>>;

/** Steps of the update stage, made from what the instance should be. */
export const INSTANCE_STEPS = {
  quiesce: (context, wanted) => quiesce(context, wanted),
  installJob: (context, wanted) => installJob(context, wanted),
  applySpecialSteps: (context, wanted) => applySpecialSteps(context, wanted),
  start: (_context, wanted, limits) => start(wanted, limits.startDeadline),
  verifyInstance: (context, wanted) => verifyInstance(context, wanted),
} as const satisfies Partial<Record<StepName, InstanceStep>>;

/** The step of that name for a node, or for one of its instances. */
export function makeStep(
  name: StepName,
  context: NodeContext,
  instance: string | undefined,
  limits: Limits,
): Step<unknown> {
  if (name in NODE_STEPS) return NODE_STEPS[name as keyof typeof NODE_STEPS](context);
  const wanted = context.instances.find((each) => each.instance.id === instance);
  if (wanted === undefined) throw new Error(`${context.address} carries no instance ${instance}`);
  return INSTANCE_STEPS[name as keyof typeof INSTANCE_STEPS](context, wanted, limits);
}
