import { CancellationScope } from '@temporalio/workflow';
import { STEPS } from '../../domain/steps.ts';
import { isText } from '../../domain/text/text.ts';
import { handleSignal, hasTexts } from '../handle-signal.ts';
import { heldSignal, type ParkedStep, parkedSignal, silentSignal, unparkedSignal, waitingSignal } from '../messages.ts';

/** The signals of the children, by target. */
export interface TargetListener {
  /** Whose children are heard; undefined = it has not begun. */
  readonly run: number | undefined;
  park(step: ParkedStep): void;
  stepAside(target: string, builder: string): void;
  goOn(target: string): Promise<void>;
  setSilent(target: string, isSilent: boolean): void;
  noteHeld(target: string): void;
}

export function hearTargets(listener: TargetListener): void {
  const run = (): number | undefined => listener.run;
  handleSignal(parkedSignal, isParkedStep, (step) => listener.park(step), {
    run,
    description: 'A child gave up a step and waits.',
  });
  handleSignal(silentSignal, hasTexts('target'), ({ target, isSilent }) => listener.setSilent(target, isSilent), {
    run,
    description: 'The node of a child does not answer, or does again.',
  });
  handleSignal(
    waitingSignal,
    hasTexts('target', 'builder'),
    ({ target, builder }) => listener.stepAside(target, builder),
    {
      run,
      description: 'A child waits until another node has built what it lacks.',
    },
  );
  // The handlers run on when the run is cancelled: a cancellation thrown in one of them would fail the workflow.
  const goesOn = (target: string): Promise<void> => CancellationScope.nonCancellable(() => listener.goOn(target));
  const isTarget = (input: unknown): boolean => typeof input === 'string';
  handleSignal(unparkedSignal, isTarget, goesOn, { run, description: 'A child goes on.' });
  handleSignal(heldSignal, isTarget, (target) => listener.noteHeld(target), {
    run,
    description: 'A child that is stopped tries nothing any more.',
  });
}

const isParkedStep = (input: unknown): boolean =>
  hasTexts('target', 'step', 'code')(input) &&
  (input as ParkedStep).step in STEPS &&
  isText((input as ParkedStep).message);
