/** Who builds for nodes of one profile, and who takes over in which order. */
export interface Builders {
  readonly order: readonly string[];
  /** When each was last seen at work by this attempt. */
  readonly seenAt: Map<string, number>;
}

export const createBuilders = (order: readonly string[]): Builders => ({ order, seenAt: new Map() });
