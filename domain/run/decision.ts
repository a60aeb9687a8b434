/** What an operator decides about a parked step. */
export const DECISIONS = ['retry', 'skip', 'abort'] as const;

export type DecisionAction = (typeof DECISIONS)[number];
