/** What a step's activity signals its own workflow while its node does not answer. */
export const SILENCE_SIGNAL = 'silence';
