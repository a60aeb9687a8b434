import { proxyActivities } from '@temporalio/workflow';
import type { EngineActivities, StepActivity } from '../activities/index.ts';
import type { StepName } from '../domain/steps.ts';

// Attempts are unlimited here: the activity decides from its record when to give up.
const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 seconds' } as const;

/** Steps by the name in the plan; the interpreter never names one. */
export const steps = proxyActivities<Record<StepName, StepActivity>>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '8 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: RETRY,
});

/** Short reads and writes of the store. */
export const engine = proxyActivities<
  Pick<
    EngineActivities,
    | 'beginRun'
    | 'checkDeploy'
    | 'makePlan'
    | 'loadSlice'
    | 'recordDecision'
    | 'noteLimit'
    | 'noteOperation'
    | 'finishRun'
  >
>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '8 seconds',
  retry: RETRY,
});

/** Lasts as long as the build it waits for. */
export const waits = proxyActivities<Pick<EngineActivities, 'awaitBuilds'>>({
  startToCloseTimeout: '7 days',
  heartbeatTimeout: '8 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: RETRY,
});

/** Looks at nodes, and the end of what a target has left running there. */
export const looks = proxyActivities<
  Pick<EngineActivities, 'survey' | 'planOperation' | 'verifyCluster' | 'endCommands'>
>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '8 seconds',
  retry: RETRY,
});

export const watch = proxyActivities<Pick<EngineActivities, 'watchNodes'>>({
  startToCloseTimeout: '25 hours',
  heartbeatTimeout: '8 seconds',
  retry: RETRY,
});

/** A caller waits for the answer, so it is given up soon. */
export const inspections = proxyActivities<Pick<EngineActivities, 'previewPlan'>>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '8 seconds',
  retry: { ...RETRY, maximumAttempts: 3 },
});

/** Answers come within a minute, with what is known by then. */
export const looksInTime = proxyActivities<
  Pick<EngineActivities, 'lookAtClaims' | 'lookAtHardware' | 'preflight' | 'showHostKeys'>
>({
  startToCloseTimeout: '55 seconds',
  heartbeatTimeout: '8 seconds',
  retry: { ...RETRY, maximumAttempts: 3 },
});

/** As `inspections`. */
export const logs = proxyActivities<Pick<EngineActivities, 'copyLog'>>({
  startToCloseTimeout: '90 seconds',
  heartbeatTimeout: '8 seconds',
  retry: { ...RETRY, maximumAttempts: 2 },
});
