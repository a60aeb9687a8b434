import type { NodeContext, WantedInstance } from '../../cluster/node-context.ts';
import { type InstancePlace, placeOf } from '../../domain/instance.ts';
import type { Limits } from '../../domain/plan/plan.ts';
import type { Step } from '../../domain/step.ts';
import type { StepName } from '../../domain/steps.ts';
import { applySpecialSteps } from './apply-special-steps.ts';
import { buildRuby } from './build-ruby.ts';
import { checkDisk } from './check-disk.ts';
import { compilePackages } from './compile-packages.ts';
import { connect } from './connect.ts';
import { ensureUser } from './ensure-user.ts';
import { installJob } from './install-job.ts';
import { installMonit } from './install-monit.ts';
import { installRuntimePackages } from './install-runtime-packages.ts';
import { giveBack, leaveNode } from './removal/leave-node.ts';
import { quiesce } from './quiesce.ts';
import { removeInstance } from './removal/remove-instance.ts';
import { restart } from './restart.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { swapAptSource } from './swap-apt-source.ts';
import { sweep } from './removal/sweep.ts';
import { transferRelease } from './transfer-release.ts';
import { verifyInstance } from './verify-instance.ts';

type NodeStep = (context: NodeContext) => Step<unknown>;
type InstanceStep = (context: NodeContext, wanted: WantedInstance, limits: Limits) => Step<unknown>;

type OperateStep = (
  context: NodeContext,
  instance: InstancePlace,
  options: { readonly limits: Limits; readonly token: string },
) => Step<unknown>;

type RemoveStep = (context: NodeContext, instance: InstancePlace) => Step<unknown>;

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

/** Of whatever is installed, whether it is wanted any more or not. */
const OPERATE_STEPS = {
  restart: (context, instance, { limits, token }) =>
    restart(context, instance, { token, startDeadlineMs: limits.startDeadline }),
  stop: (context, instance) => stop(context, instance),
} as const satisfies Partial<Record<StepName, OperateStep>>;

/** Of what is installed and no longer wanted. */
const REMOVE_STEPS = {
  removeInstance: (context, instance) => removeInstance(context, instance),
  leaveNode: (context) => leaveNode(context),
} as const satisfies Partial<Record<StepName, RemoveStep>>;

/** The step of that name for a node, or for one of its instances. `token` names the attempt to restart. */
export function makeStep(
  name: StepName,
  context: NodeContext,
  instance: string | undefined,
  limits: Limits,
  token = '-',
): Step<unknown> {
  if (name === 'sweep') return sweep(context);
  if (name === 'giveBack') return giveBack(context);
  if (name in NODE_STEPS) return NODE_STEPS[name as keyof typeof NODE_STEPS](context);
  if (name in OPERATE_STEPS && instance !== undefined)
    return OPERATE_STEPS[name as keyof typeof OPERATE_STEPS](context, placeOf(instance), { limits, token });
  if (name in REMOVE_STEPS && instance !== undefined)
    return REMOVE_STEPS[name as keyof typeof REMOVE_STEPS](context, placeOf(instance));
  const wanted = context.instances.find((each) => each.instance.id === instance);
  if (wanted === undefined) throw new Error(`${context.address} carries no instance ${instance}`);
  return INSTANCE_STEPS[name as keyof typeof INSTANCE_STEPS](context, wanted, limits);
}
