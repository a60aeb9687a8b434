import { setTimeout as wait } from 'node:timers/promises';
import type { EngineClient } from '../sample/demo/engine-client.ts';
import { printTimes } from './print-times.ts';

const SECONDS = Number(process.env['SECONDS'] ?? 20);
const EVERY_MS = 20;
const GOAL_MS = 20;

/** `GET /status` at 50 requests a second, compared with a request that reads nothing. */
export async function status({ base, call }: EngineClient): Promise<void> {
  const rows = (await call('GET', '/status')) as readonly unknown[];
  const url = `${base}/deployment-engine/status`;
  printTimes('OPTIONS /status, 50/s', await timesOf(url, 'OPTIONS'));
  const times = await timesOf(url, 'GET');
  printTimes(`GET /status, ${rows.length} rows, 50/s`, times);
  const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
  console.log(`  95 % within ${p95.toFixed(1)} ms; goal ${GOAL_MS} ms: ${p95 <= GOAL_MS ? 'holds' : 'MISSED'}`);
}

/** Requests are sent on time, whether or not earlier ones were answered. */
async function timesOf(url: string, method: string): Promise<number[]> {
  const begun = performance.now();
  const answers = Array.from({ length: (SECONDS * 1000) / EVERY_MS }, async (_, index) => {
    await wait(index * EVERY_MS);
    const sent = performance.now();
    await (await fetch(url, { method })).arrayBuffer();
    return { ms: performance.now() - sent, at: sent - begun };
  });
  // The first second is a warm-up.
  return (await Promise.all(answers)).filter(({ at }) => at > 1000).map(({ ms }) => ms);
}
