import { isOutOfReach } from '../../domain/plan/leaving.ts';
import { type Stage, type StepName, STEPS } from '../../domain/steps.ts';

/** How steps of one stage are attempted, beyond what the steps themselves do. */
interface StageRules {
  /** A restart or a stop works with what is installed, even if its release is lost. */
  readonly needsRelease: boolean;
  /** The instance counts as installed from its first change on. */
  readonly notesInstance: boolean;
  /** The instance is forgotten after the last step. */
  readonly forgetsInstance: boolean;
  /** A caller waits for the answer, so it fails at once and does not announce retries. */
  readonly isAwaited: boolean;
  /** A run succeeds without it. */
  readonly isOptional: boolean;
  /** How long a silent node is retried at most, in milliseconds. Default: as long as patience. */
  readonly mostPatience?: number;
  /** Whether what failed for good parks for an operator; otherwise it is left to the next request. */
  parks(code: string): boolean;
}

const USUAL: StageRules = {
  needsRelease: true,
  notesInstance: false,
  forgetsInstance: false,
  isAwaited: false,
  isOptional: false,
  parks: () => true,
};

/** No run waits long for a node where it only has to clean up. */
const SHORT_PATIENCE_MS = 30_000;

const RULES: Readonly<Record<Stage, StageRules>> = {
  prepare: USUAL,
  update: { ...USUAL, notesInstance: true },
  operate: { ...USUAL, needsRelease: false, isAwaited: true, parks: () => false },
  remove: {
    ...USUAL,
    forgetsInstance: true,
    mostPatience: SHORT_PATIENCE_MS,
    parks: (code) => !isOutOfReach(code),
  },
  sweep: { ...USUAL, isOptional: true, mostPatience: SHORT_PATIENCE_MS, parks: () => false },
};

export const rulesOf = (step: StepName): StageRules => RULES[STEPS[step].stage];
