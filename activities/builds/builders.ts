/** Which nodes build for the nodes of one profile, in the order in which they take over. */
export interface Builders {
  readonly order: readonly string[];
  /** When each was last seen at work by this attempt. */
  readonly seenAt: Map<string, number>;
}

export const createBuilders = (order: readonly string[]): Builders => ({ order, seenAt: new Map() });
