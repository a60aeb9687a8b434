import { type StepName, STEPS } from '../domain/steps.ts';
import { createAwaitBuilds } from './await-builds.ts';
import { guarded } from './boundary.ts';
import { createCopyLog } from './copy-log.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { createEndCommands } from './end-commands.ts';
import { createLookAtHardware } from './look-at-hardware.ts';
import { createPreflight } from './preflight.ts';
import { createPreviewPlan } from './preview-plan.ts';
import { createRunActivities } from './run-activities.ts';
import { createStepActivity, type StepActivity } from './step-activity.ts';
import { createShowHostKeys } from './show-host-keys.ts';
import { createSurvey } from './survey.ts';
import { tellingSilence } from './tell-silence.ts';
import { createVerifyCluster } from './verify-cluster.ts';
import { createWatchNodes } from './watch-nodes.ts';
import { withoutSecrets } from './without-secrets.ts';

export type { AwaitedBuilds } from './builds-wait.ts';
export type { OperationPlan } from './plan-operation.ts';
export type { StepActivity, StepInput, StepResult } from './step-activity.ts';

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
    beginRun: guarded(beginRun),
    checkDeploy: guarded(checkDeploy),
    makePlan: ofRun(makePlan),
    loadSlice: ofRun(loadSlice),
    planOperation: ofRun(planOperation),
    noteOperation: ofRun(noteOperation),
    recordDecision: ofRun(recordDecision),
    noteLimit: ofRun(noteLimit),
    finishRun: ofRun(finishRun),
    endCommands: ofRun(createEndCommands(deps)),
    survey: ofRun(createSurvey(deps)),
    awaitBuilds: guarded(createAwaitBuilds(deps)),
    previewPlan: guarded(createPreviewPlan(deps)),
    preflight: guarded(createPreflight(deps)),
    lookAtHardware: guarded(createLookAtHardware(deps)),
    showHostKeys: guarded(createShowHostKeys(deps)),
    copyLog: guarded(createCopyLog(deps)),
    verifyCluster: ofRun(createVerifyCluster(deps)),
    watchNodes: createWatchNodes(deps),
    ...stepActivities(tellingSilence(createStepActivity(deps))),
  };
  return withoutSecrets(activities, deps.store.log);
}

export type EngineActivities = ReturnType<typeof createActivities>;

const stepActivities = (run: StepActivity): Record<StepName, StepActivity> =>
  Object.fromEntries(Object.keys(STEPS).map((name) => [name, run])) as Record<StepName, StepActivity>;
