import type { StepName } from '../../domain/steps.ts';
import type { Fence, JobEnd, NodeSession } from '../../ssh/node-session.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import type { StepLog } from '../progress/step-log.ts';
import type { WorkReport } from '../progress/work-report.ts';

/** Where a step works: everything its commands are keyed and logged by. */
export interface StepPlace {
  readonly run: number;
  readonly address: string;
  /** Instance id, or `-` while preparing. */
  readonly instance: string;
  readonly stream: string;
  readonly step: StepName;
  readonly round: number;
}

export interface Workplace {
  readonly deps: Pick<ActivityDependencies, 'commandKey' | 'mirror'> & {
    readonly store: Pick<Store, 'claims' | 'log' | 'steps'>;
  };
  readonly session: NodeSession;
  readonly place: StepPlace;
  readonly fence: Fence;
  readonly mirrorUrl: string;
  /** Who builds for nodes of this profile: the first of them that has not given up. */
  readonly builders: readonly string[];
  /** When a builder was last seen at work; a new one for each attempt. */
  readonly builderSeenAt: Map<string, number>;
  readonly log: StepLog;
  readonly report: WorkReport;
  /** What this step left behind on the node; nothing on its first attempt. */
  readonly earlier?: EarlierJobs;
  /** Aborted = detach: what runs on the node goes on. */
  readonly signal: AbortSignal;
  /** The command that runs on the node now, and whether this attempt has got on with anything. */
  readonly current: { key?: string; hasProgressed?: boolean };
  /** Bytes of files that this attempt sent to the node. */
  readonly sent: { bytes: number };
}

/** What the step has started before, on the node, and nobody has heard the end of. */
export interface EarlierJobs {
  /** Failures that no attempt has reported, by the key of their command. */
  readonly failed: ReadonlyMap<string, JobEnd>;
  /** How much of each is in the log now, by key. */
  readonly heard: ReadonlyMap<string, { readonly startedAt: number; readonly offset: number }>;
}
