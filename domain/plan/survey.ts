import type { Text } from '../text/text.ts';
import type { PlannedStep } from './plan.ts';

/** What one read-only look at a node found. */
export interface NodeSurvey {
  readonly address: string;
  /** Why the node could not be read; then nothing is known but what the last deploy left. */
  readonly failure: SurveyFailure | undefined;
  readonly profile: string | undefined;
  /** Prepare steps that have something to do. */
  readonly steps: readonly PlannedStep[];
  /** What is as wanted but will not stay so by itself. */
  readonly warnings?: readonly Text[];
  readonly instances: readonly InstanceSurvey[];
  /** Of instances that are there and no longer wanted; a survey of an older engine does not look for them. */
  readonly leaving?: readonly LeavingSurvey[];
  /** What nothing will use once the node is as wanted; a survey of an older engine does not look for it. */
  readonly sweep?: Text;
  /** `buildId` of artefacts that the node lacks and the mirror does not hold. */
  readonly missingBuilds: readonly string[];
  /** Number of the newest run of this engine that the node has seen, 0 without one. */
  readonly fence: number;
  /** The generation of that run; not said on a node that has seen none, and in a survey of an older engine. */
  readonly generation?: number;
}

export interface SurveyFailure {
  readonly code: string;
  readonly message: Text;
}

/** An instance that is on the node although nobody wants it there. */
export interface LeavingSurvey {
  readonly id: string;
  /** The jobs it was made of. */
  readonly jobs: readonly string[];
  /** Why it is none of ours to take away. */
  readonly refusal?: Text;
}

export interface InstanceSurvey {
  readonly id: string;
  /** The jobs it is to be made of; a survey of an older engine does not say. */
  readonly jobs?: readonly string[];
  readonly isInstalled: boolean;
  /** Not all of its processes run; a survey of an older engine does not say. */
  readonly isDown?: boolean;
  /** Of a node that could not be read: addresses of leaving instances that its files may name. Default: of all of them. */
  readonly pointsTo?: readonly string[];
  /** Whether something of it shows only once it runs; a survey of an older engine does not say. */
  readonly hasProof?: boolean;
  /** Update steps that have something to do. */
  readonly steps: readonly PlannedStep[];
}
