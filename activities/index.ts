import { type StepName, STEPS } from '../domain/steps.ts';
import type { ActivityDependencies } from './activity-dependencies.ts';
import { createStepActivity, type StepActivity } from './attempt/step-activity.ts';
import { tellingSilence } from './attempt/tell-silence.ts';
import { guarded } from './boundary/boundary.ts';
import { withHeartbeat } from './boundary/with-heartbeat.ts';
import { withoutSecrets } from './boundary/without-secrets.ts';
import { createAwaitBuilds } from './builds/await-builds.ts';
import { createCopyLog } from './looks/copy-log.ts';
import { createLookAtClaims } from './looks/look-at-claims.ts';
import { createLookAtHardware } from './looks/look-at-hardware.ts';
import { createPreviewPlan } from './looks/preview-plan.ts';
import { createShowHostKeys } from './looks/show-host-keys.ts';
import { createSurvey } from './looks/survey.ts';
import { createVerifyCluster } from './looks/verify-cluster.ts';
import { createWatchNodes } from './looks/watch-nodes.ts';
import { createPreflight } from './preflight/preflight.ts';
import { createEndCommands } from './run/end-commands.ts';
import { createRunActivities } from './run/run-activities.ts';

export type { AwaitedBuilds } from './builds/builds-wait.ts';
export type { OperationPlan } from './run/plan-operation.ts';
export type { StepInput } from './attempt/attempt.ts';
export type { StepActivity, StepResult } from './attempt/step-activity.ts';

/** Every side effect a workflow can ask for: the run's book-keeping, the looks, and each step under its own name. */
export function createActivities(deps: ActivityDependencies) {
  const {
    planOperation,
    noteOperation,
    beginRun,
    checkDeploy,
    makePlan,
    loadSlice,
    recordDecision,
    noteLimit,
    finishRun,
  } = createRunActivities(deps);
  const ofRun = <Input extends { readonly run: number }, Result>(run: (input: Input) => Promise<Result>) =>
    guarded(run, (error, input) => deps.log.outage(input.run, error.message));
  const activities = {
    beginRun: guarded(beating(beginRun)),
    checkDeploy: guarded(beating(checkDeploy)),
    makePlan: ofRun(beating(makePlan)),
    loadSlice: ofRun(beating(loadSlice)),
    planOperation: ofRun(planOperation),
    noteOperation: ofRun(beating(noteOperation)),
    recordDecision: ofRun(beating(recordDecision)),
    noteLimit: ofRun(beating(noteLimit)),
    finishRun: ofRun(beating(finishRun)),
    endCommands: ofRun(createEndCommands(deps)),
    survey: ofRun(createSurvey(deps)),
    awaitBuilds: guarded(createAwaitBuilds(deps)),
    previewPlan: guarded(createPreviewPlan(deps)),
    preflight: guarded(createPreflight(deps)),
    lookAtHardware: guarded(createLookAtHardware(deps)),
    lookAtClaims: guarded(createLookAtClaims(deps)),
    showHostKeys: guarded(createShowHostKeys(deps)),
    copyLog: guarded(createCopyLog(deps)),
    verifyCluster: ofRun(createVerifyCluster(deps)),
    watchNodes: createWatchNodes(deps),
    ...stepActivities(tellingSilence(createStepActivity(deps))),
  };
  return withoutSecrets(activities, deps.store.log);
}

/** Another worker goes on soon where this one dies, also while it waits for the store. */
const beating =
  <Input, Result>(run: (input: Input) => Promise<Result>) =>
  (input: Input): Promise<Result> =>
    withHeartbeat(() => run(input));

export type EngineActivities = ReturnType<typeof createActivities>;

const stepActivities = (run: StepActivity): Record<StepName, StepActivity> =>
  Object.fromEntries(Object.keys(STEPS).map((name) => [name, run])) as Record<StepName, StepActivity>;
