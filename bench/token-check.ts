import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../store/open-store.ts';
import { printTimes } from './print-times.ts';

const TOKENS = 1_000;
const CHECKS = 5_000;
const GOAL_MS = 1;
const A_DAY = 86_400_000;

/** What a token costs a request: its look-up among a thousand, in a store of its own. */
export async function tokenCheck(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'token-check-'));
  const store = await openStore({ dataDir });
  const texts: string[] = [];
  for (let made = 0; made < TOKENS; made += 1) {
    const { text } = await store.tokens.create({ name: 'bench', scope: 'viewer', expiresAt: Date.now() + A_DAY });
    texts.push(text);
  }
  const times: number[] = [];
  for (let check = 0; check < CHECKS; check += 1) {
    // Every second one is wrong, and must cost no less.
    const text = check % 2 === 0 ? (texts[check % TOKENS] ?? '') : `de_${String(check).padStart(43, 'x')}`;
    const begun = performance.now();
    await store.tokens.find(text);
    times.push(performance.now() - begun);
  }
  await store.close();
  await rm(dataDir, { recursive: true });
  printTimes(`token check, ${TOKENS} tokens`, times);
  const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
  console.log(`  95 % within ${p95.toFixed(2)} ms; goal ${GOAL_MS} ms: ${p95 <= GOAL_MS ? 'holds' : 'MISSED'}`);
}
