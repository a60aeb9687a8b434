import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from '../blobs/durable-file.ts';
import { readRecord } from '../blobs/record.ts';
import type { Layout } from '../layout.ts';

/** An archive that turned out damaged. */
export interface Quarantined {
  readonly profile: string;
  readonly key: string;
  readonly sha256: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Keeps archives that failed for people to look at; nothing there is served. */
export interface Quarantine {
  /** Moves the blob out of what is served, with a file beside it that says why. */
  add(entry: Omit<Quarantined, 'since'>): Promise<void>;
  /** What is there for this key. */
  of(profile: string, key: string): Promise<readonly Quarantined[]>;
}

export const openQuarantine = (layout: Layout): Quarantine => ({
  async add(entry) {
    await mkdir(layout.quarantine, { recursive: true });
    // The reason first: an archive without one is of no use.
    const record: Quarantined = { ...entry, since: new Date().toISOString() };
    await writeDurably(reasonFile(layout, entry.sha256), `${JSON.stringify(record, undefined, 2)}\n`);
    await rename(layout.blob(entry.sha256), path.join(layout.quarantine, entry.sha256)).catch(ignoreAbsence);
  },

  async of(profile, key) {
    const files = await readdir(layout.quarantine).catch(() => []);
    const records = await Promise.all(
      files
        .filter((file) => file.endsWith('.json'))
        .map((file) => readRecord<Quarantined>(path.join(layout.quarantine, file))),
    );
    return records.filter((each) => each?.profile === profile && each.key === key).filter((each) => each !== undefined);
  },
});

const reasonFile = (layout: Layout, sha256: string): string => path.join(layout.quarantine, `${sha256}.json`);

// Another process has moved it here, or it was damaged and moved aside.
function ignoreAbsence(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
