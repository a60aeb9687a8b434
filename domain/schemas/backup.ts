import { z } from 'zod';

/** What a backup says of itself, in its first file. */
export const backupContents = z.object({
  format: z.literal(1),
  /** ISO 8601, UTC. */
  made: z.string(),
  /** The newest run that it knows; 0 = none. */
  run: z.number().int().nonnegative(),
  /** sha256 of each file, by its path in the data folder. */
  files: z.record(z.string().refine(staysInside), z.string().regex(/^[0-9a-f]{64}$/)),
});

export type BackupContents = z.output<typeof backupContents>;

/** A path below a folder, without a way up. */
function staysInside(path: string): boolean {
  return path.split('/').every((name) => !['', '.', '..'].includes(name)) && !path.includes('\0');
}
