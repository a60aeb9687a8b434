/** Id of the engine whose store the workers of a watch have, by its memo; undefined for one that an older build has begun. */
export const watchOwner = (memo: Record<string, unknown> | undefined): string | undefined =>
  typeof memo?.['engine'] === 'string' ? memo['engine'] : undefined;
