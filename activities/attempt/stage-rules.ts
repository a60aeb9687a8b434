import { isOutOfReach } from '../../domain/plan/leaving.ts';
import { type Stage, type StepName, STEPS } from '../../domain/steps.ts';

/** How steps of one stage are attempted, beyond what the steps themselves do. */
interface StageRules {
  /** A restart or a stop works with what is installed, also where its release is lost. */
  readonly needsRelease: boolean;
  /** The instance counts as installed from its first change on. */
  readonly notesInstance: boolean;
  /** The instance is forgotten after the last step. */
  readonly forgetsInstance: boolean;
  /** Somebody waits for the answer, so it fails at once and says nothing of what follows. */
  readonly isAwaited: boolean;
  /** A run succeeds without it. */
  readonly isOptional: boolean;
  /** How long a silent node is retried at most, in milliseconds. Default: as long as patience. */
  readonly mostPatience?: number;
  /** Whether what failed for good waits for an operator; else it is left to whoever asks next. */
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

/** No run waits long for a node that it only wants to leave or to sweep. */
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
