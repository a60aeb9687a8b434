import type { ComponentNeed } from '../components.ts';
import type { StepName } from '../steps.ts';
import type { Text } from '../text/text.ts';

export const OPERATIONS = ['deploy', 'restart', 'stop'] as const;

export type Operation = (typeof OPERATIONS)[number];

/** What a step says where no change can help. */
export interface Refusal {
  readonly code: string;
  readonly message: Text;
  /** Default: none. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A step that has something to do, and why. */
export interface PlannedStep {
  readonly name: StepName;
  readonly reasons: readonly Text[];
  /** Default: none. */
  readonly refusals?: readonly Refusal[];
}

/** A node with work in the prepare stage. */
export interface PlannedNode {
  readonly address: string;
  readonly profile: string | undefined;
  readonly steps: readonly PlannedStep[];
  /** It could not be read: a look once it can be connected to decides what follows. Default: false. */
  readonly isUnread?: boolean;
}

/** Names an artefact in a cluster whose nodes may be of several profiles: `debian-12/ruby/3.1.2/<digest>`. */
export const buildId = ({ profile, key }: { readonly profile: string; readonly key: string }): string =>
  `${profile}/${key}`;

const BUILDS = 'build/';

/** Who makes an artefact holds this. */
export const buildClaim = (build: Parameters<typeof buildId>[0]): string => `${BUILDS}${buildId(build)}`;

export const isBuildClaim = (key: string): boolean => key.startsWith(BUILDS);

export const INSTANCE_CHANGES = ['added', 'changed', 'removed', 'untouched'] as const;

export type InstanceChange = (typeof INSTANCE_CHANGES)[number];

/** An instance with work in the update stage, or to be removed, and what must run before it starts. */
export interface PlannedInstance {
  readonly id: string;
  readonly address: string;
  readonly change: InstanceChange;
  readonly reasons: readonly Text[];
  readonly steps: readonly StepName[];
  readonly needs: readonly ComponentNeed[];
  /** Ids of instances of the same component that must run first (others wait for index 0). */
  readonly after: readonly string[];
  /** Ids of instances that must be taken away before it is installed. Default: none. */
  readonly afterRemoval?: readonly string[];
  /**
   * Of one that goes: ids of those whose files may name it until they have been updated. Of a new one: ids of neighbours that give up
   * a port of its when they are updated. Default: nobody's.
   */
  readonly afterUpdate?: readonly string[];
  /** Its node could not be read: what is said here is what the last deploy left. Default: false. */
  readonly isUnread?: boolean;
  /** Of one that is unread: deployed as it is wanted, so those who need it do not wait for its node. Default: false. */
  readonly isPresumedRunning?: boolean;
}

/** A node that keeps what nothing uses any more, or will once the rest of the plan is carried out. */
export interface PlannedSweep {
  readonly address: string;
  /** How much of what, and how many bytes; or why all of it is given back. */
  readonly what: Text;
  /** Default: `sweep`. */
  readonly step?: 'sweep' | 'giveBack';
}

/** Milliseconds unless said otherwise; set by the environment, so that tests shorten them. */
export interface Limits {
  /** How long an unreachable node is retried before it parks. */
  readonly patience: number;
  /** A parked step with a retryable cause retries itself after this, doubling up to `selfRetryMax`. */
  readonly selfRetry: number;
  readonly selfRetryMax: number;
  /** How long monit may take until every process of an instance runs. */
  readonly startDeadline: number;
  /** Nodes that prepare at the same time, over the whole run. */
  readonly maxInFlight: number;
}

/** What a run will do; stored, and the same value the preview shows. */
export interface Plan {
  readonly run: number;
  readonly revision: number;
  /** sha256 of the release tarball. */
  readonly release: string;
  readonly nodes: readonly PlannedNode[];
  readonly instances: readonly PlannedInstance[];
  /** What users miss meanwhile. Default: nothing. */
  readonly interruptions?: readonly Interruption[];
  /** Builder address per `buildId` of a missing artefact. */
  readonly builds: Readonly<Record<string, string>>;
  /** By profile: who builds, and who takes over in which order. A plan of an older engine names nobody but in `builds`. */
  readonly builders?: BuilderOrder;
  /** Carried out once everything else is. A plan of an older engine names none. */
  readonly sweeps?: readonly PlannedSweep[];
  readonly limits: Limits;
}

/** Builders by profile: the first one builds, the others take over in this order when it has given up. */
export type BuilderOrder = Readonly<Record<string, readonly string[]>>;

/** That users miss something for a while. */
export interface Interruption {
  /** Id of the instance that is away. */
  readonly instance: string;
  /** What happens to it, and what users miss meanwhile. */
  readonly what: Text;
  /** Why it is changed. */
  readonly reasons: readonly Text[];
}
