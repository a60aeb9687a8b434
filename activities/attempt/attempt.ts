import type { DeploymentEngineError } from '../../domain/errors.ts';
import { streamOf } from '../../domain/run/target.ts';
import type { StepName } from '../../domain/steps.ts';
import type { StepKey } from '../../store/runs/contract.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { patientStore, untilWritable } from '../boundary/patient-store.ts';
import { createStepLog, type StepLog } from '../progress/step-log.ts';
import type { ReportPace, WorkReport } from '../progress/work-report.ts';
import type { makeStep } from '../steps/steps.ts';

/** Small on purpose: everything else is in the store. */
export interface StepInput {
  readonly run: number;
  readonly temporalRunId: string;
  /** Address (preparing) or instance id (updating). */
  readonly target: string;
  readonly address: string;
  readonly step: StepName;
  readonly round: number;
}

export type Stepping = Pick<
  ActivityDependencies,
  'commandKey' | 'connections' | 'contexts' | 'engine' | 'limits' | 'log' | 'logins' | 'mirror' | 'sightings'
> & {
  readonly store: Pick<
    Store,
    'adoptions' | 'claims' | 'engine' | 'installed' | 'log' | 'nodes' | 'runs' | 'statuses' | 'steps' | 'times'
  >;
};

/** The step of a name. */
export type MakeStep = typeof makeStep;

/** How an activity is executed. */
export interface Execution {
  /** Aborted = detach, whatever the reason. */
  readonly signal: AbortSignal;
  /** The run was cancelled; else a worker that stops leaves the step to another. */
  isCancelled(): boolean;
  readonly make: MakeStep;
  /** Given the report of what the attempt is doing, as soon as there is one. */
  readonly onReport?: (report: WorkReport) => void;
  /** Default: a pace for people who watch. */
  readonly pace?: ReportPace;
}

/** One attempt of one step, and what it is recorded and logged by. */
export interface Attempt extends Execution {
  readonly input: StepInput;
  /** Names the attempt, too, once it has begun. */
  readonly key: StepKey;
  readonly begun: number;
  /** Its store waits until it can be written, or the attempt is aborted. */
  readonly deps: Stepping;
  /** Waits also once the attempt is aborted. */
  readonly lasting: Pick<Store, 'steps'>;
  readonly log: StepLog;
  /** What was logged is stored; for a run that has ended it is dropped. */
  flushed(): Promise<void>;
}

export function openAttempt(given: Stepping, input: StepInput, execution: Execution): Attempt {
  const { run, target, address, step, round } = input;
  const { signal } = execution;
  const onUnwritable = ({ message }: DeploymentEngineError): void => given.log.outage(run, message);
  const deps = { ...given, store: patientStore(given.store, { onUnwritable, signal }) };
  return {
    ...execution,
    input,
    key: { run, target, step, round },
    begun: Date.now(),
    deps,
    lasting: patientStore({ steps: given.store.steps }, { onUnwritable }),
    log: createStepLog(deps.log, { run, stream: streamOf(target), node: address, step }),
    flushed: () => untilWritable(() => deps.log.flush(run), { onUnwritable, signal }).catch(() => undefined),
  };
}
