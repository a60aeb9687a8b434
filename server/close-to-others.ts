import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Makes folders 0700 and files 0600, also those of an older engine; does not touch links. */
export function closeToOthers(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) closeToOthers(path);
    else if (entry.isFile()) chmodSync(path, 0o600);
  }
}
