/** How people read of a run, which has no number before the store has given it one. */
export const namedRun = (run: number | undefined): string => (run === undefined ? 'the run that begins' : `run ${run}`);
