import type { StepName } from '../../domain/steps.ts';
import type { Text } from '../../domain/text/text.ts';

export interface TargetInput {
  readonly cluster: string;
  readonly run: number;
  /** The root's Temporal run id: with `run` it proves to every step that the run is open. */
  readonly temporalRunId: string;
  /** An address (preparing) or an instance id (updating). */
  readonly target: string;
  readonly address: string;
  /** Nobody else needs its place, so a parked target may retry without asking the root. Default: false. */
  readonly ownsPlace?: boolean;
}

export interface TargetEnd {
  readonly state: 'done' | 'aborted';
  readonly skipped: readonly StepName[];
  /** Why it was given up. */
  readonly reason?: Text;
  /** Whether a step has changed something; a child of an older engine does not say. */
  readonly hasChanged?: boolean;
  /** Of a removal: its node is out of reach, so it is left to the next deploy. Default: false. */
  readonly isLeftBehind?: boolean;
}
