import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders 0700 and files 0600, also those that an older engine has made; links are left alone. */
export function closeToOthers(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) closeToOthers(path);
    else if (entry.isFile()) chmodSync(path, 0o600);
  }
}
