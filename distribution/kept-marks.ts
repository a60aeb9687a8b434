import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What each file's metadata were when its bytes were right, by its path. */
export type Marks = ReadonlyMap<string, string>;

interface Kept {
  readonly manifest: string;
  readonly marks: readonly (readonly [string, string])[];
}

/** Those kept for this manifest; none where nothing of use is kept. */
export function readMarks(file: string, manifest: string): Map<string, string> {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;
    return new Map(kept.manifest === manifest ? kept.marks : []);
  } catch {
    return new Map();
  }
}

/** Whole or not at all; where it cannot be written the next start reads more. */
export function keepMarks(file: string, manifest: string, marks: Marks): void {
  try {
    const kept: Kept = { manifest, marks: [...marks] };
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // Said above.
  }
}
