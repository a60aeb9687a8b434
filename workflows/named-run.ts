/** A run's name in messages, also before the store has given it a number. */
export const namedRun = (run: number | undefined): string => (run === undefined ? 'the run that begins' : `run ${run}`);
