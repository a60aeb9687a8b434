import { setTimeout as sleep } from 'node:timers/promises';
import type { DamagedFile } from '../domain/damaged-file.ts';
import type { DamageCheck } from './damage.ts';

/** Late enough not to slow down the start. */
const FIRST_MS = 5_000;
const EVERY_MS = 60_000;
const BYTES_EVERY_MS = 24 * 3_600_000;

interface Times {
  readonly firstMs?: number;
  readonly everyMs?: number;
  readonly bytesEveryMs?: number;
}

/**
 * Checks the engine's files soon after the start and every minute, reads all their bytes after the first check and once a day, and
 * reports damage: once, and again when it has changed. Ends when aborted.
 */
export async function watchDamage(
  { damagedFiles, damagedBytes }: DamageCheck,
  tell: (files: readonly DamagedFile[]) => void,
  signal: AbortSignal,
  { firstMs = FIRST_MS, everyMs = EVERY_MS, bytesEveryMs = BYTES_EVERY_MS }: Times = {},
): Promise<void> {
  let told: string | undefined;
  let isFirst = true;
  let bytesAt = -Infinity;
  for (let waitMs = firstMs; ; waitMs = everyMs) {
    await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    const readsAll = !isFirst && performance.now() - bytesAt >= bytesEveryMs;
    isFirst = false;
    if (readsAll) bytesAt = performance.now();
    const files = await (readsAll ? damagedBytes() : damagedFiles());
    if (JSON.stringify(files) !== told) tell(files);
    told = JSON.stringify(files);
  }
}
