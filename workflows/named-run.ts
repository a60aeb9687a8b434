import { phrase, type Text } from '../domain/text/text.ts';

/** A run's name in messages, also before the store has given it a number. */
export const namedRun = (run: number | undefined): Text =>
  run === undefined ? 'the run that begins' : phrase('run {run}', { run });
