import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Tells the mirror, a process of its own, the address it is reached by. Written atomically. */
export async function writeHome(dataDir: string, home: string): Promise<void> {
  const path = join(dataDir, 'home');
  const file = await open(`${path}.new`, 'w', 0o644);
  try {
    await file.writeFile(`${home}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
