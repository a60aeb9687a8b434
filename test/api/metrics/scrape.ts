import { expect } from 'vitest';
import type { Gateway } from '../gateway.ts';

/** Samples by name and labels, as they are written: `deployment_engine_up{part="store"}`. */
export async function scrape({ fetch: ask }: Gateway): Promise<ReadonlyMap<string, number>> {
  const answer = await ask('/metrics');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain; /)]);
  const samples = (await answer.text()).split('\n').filter((row) => row !== '' && !row.startsWith('#'));
  return new Map(
    samples.map((row) => [row.slice(0, row.lastIndexOf(' ')), Number(row.slice(row.lastIndexOf(' ') + 1))]),
  );
}
