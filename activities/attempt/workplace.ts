import type { StepName } from '../../domain/steps.ts';
import type { Fence, JobEnd, NodeSession } from '../../ssh/node-session.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import type { Builders } from '../builds/builders.ts';
import type { StepLog } from '../progress/step-log.ts';
import type { WorkReport } from '../progress/work-report.ts';
import type { Trace } from './commands/trace.ts';

/** What a step's commands are keyed and logged by. */
export interface StepPlace {
  readonly run: number;
  readonly address: string;
  /** Instance id, or `-` while preparing. */
  readonly instance: string;
  readonly stream: string;
  readonly step: StepName;
  readonly round: number;
}

/** What runs a step's commands on the node. */
export interface CommandPlace {
  readonly deps: Pick<ActivityDependencies, 'commandKey'> & { readonly store: Pick<Store, 'log'> };
  readonly session: NodeSession;
  readonly fence: Fence;
  readonly place: StepPlace;
  readonly log: StepLog;
  readonly trace: Trace;
  /** What this step left behind on the node; nothing on its first attempt. */
  readonly earlier?: EarlierJobs;
  /** Aborted = detach: what runs on the node goes on. */
  readonly signal: AbortSignal;
}

/** The same for steps that fetch blobs and build packages; `StepSite` is this with the plan and the step to perform. */
export interface Workplace extends CommandPlace {
  readonly deps: CommandPlace['deps'] &
    Pick<ActivityDependencies, 'mirror'> & { readonly store: Pick<Store, 'claims' | 'log' | 'steps'> };
  readonly mirrorUrl: string;
  /** What a claim on the node says of this engine. */
  readonly notes: Readonly<Record<string, string>>;
  readonly builders: Builders;
  readonly report: WorkReport;
}

/** Commands that the step has started before and whose end nobody has heard. */
export interface EarlierJobs {
  /** Failures that no attempt has reported yet, by the key of their command. */
  readonly failed: ReadonlyMap<string, JobEnd>;
  /** How much of each is in the log now, by key. */
  readonly heard: ReadonlyMap<string, { readonly startedAt: number; readonly offset: number }>;
}
