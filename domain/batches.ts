/** Nodes that are looked at together. */
const BATCH = 50;

export const batchesOf = (addresses: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(addresses.length / BATCH) }, (_, index) =>
    addresses.slice(index * BATCH, (index + 1) * BATCH),
  );
