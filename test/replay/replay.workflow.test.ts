import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url));
Runtime.install({ logger: new DefaultLogger('ERROR') });

// A history here is a promise to runs that are parked for weeks: it is added to, never replaced.
const histories = readdirSync(FOLDER).map((file) => {
  const history = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as {
    events: { workflowExecutionStartedEventAttributes: { workflowId: string } }[];
  };
  // Child ids are made from the workflow's own id, so it must be the real one.
  return { workflowId: history.events[0]?.workflowExecutionStartedEventAttributes.workflowId ?? '', history };
});

describe('recorded histories', () => {
  it('replay with the workflows of today', async () => {
    const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
    const errors: string[] = [];
    let replayed = 0;
    for await (const { workflowId, error } of Worker.runReplayHistories({ workflowsPath }, histories)) {
      replayed += 1;
      if (error !== undefined) errors.push(`${workflowId}: ${error.message}`);
    }
    expect(errors).toEqual([]);
    expect(replayed).toBe(histories.length);
    expect(replayed).toBeGreaterThanOrEqual(3);
    // One by one, and there are more with each release.
  });
});
