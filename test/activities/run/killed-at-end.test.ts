import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import { openStore } from '../../../store/open-store.ts';
import { allLines, configuration, runStart, texts } from '../../store/samples.ts';
import { activate } from '../../support/serials.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { dependencies } from '../workplace.ts';

const PROGRAM = join(import.meta.dirname, 'programs/end-run.ts');

/** A data folder in which run 1 was begun under a serial. */
async function begun(): Promise<string> {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir });
  await store.configurations.accept(configuration(), {});
  await activate(store);
  const [serial] = await store.serials.all();
  await store.runs.begin({ ...runStart('first'), ...(serial === undefined ? {} : { serial: serial.id }) });
  await store.close();
  return dataDir;
}

/** What the next worker finds, and what is there when it has ended the run too. */
async function afterwards(dataDir: string) {
  const store = await openStore({ dataDir });
  try {
    const found = (await store.serials.all()).map(({ used }) => used);
    await createRunActivities(dependencies(store)).finishRun({ run: 1, outcome: 'ok' });
    const outcome = (await store.runs.get(1))?.outcome;
    const used = (await store.serials.all()).map((each) => each.used);
    return { found, then: { outcome, used, lines: texts(await allLines(store, 1)) } };
  } finally {
    await store.close();
  }
}

it('counts a run once, wherever in its end the worker was killed', { timeout: 300_000 }, async () => {
  const folder = await begun();
  const counted: number[][] = [];
  for (let statement = 1, hasEnded = false; !hasEnded; statement += 1) {
    const dataDir = temporaryFolder();
    cpSync(folder, dataDir, { recursive: true });
    const { signal, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, dataDir, String(statement)], {
      encoding: 'utf8',
    });
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
    hasEnded = stdout === 'ended';
    const { found, then } = await afterwards(dataDir);
    expect(then).toEqual({ outcome: 'ok', used: [1], lines: ['deploy 1 OK'] });
    counted.push(found);
  }
  // Killed before it was written, and after.
  expect(counted[0]).toEqual([0]);
  expect(counted.at(-1)).toEqual([1]);
});
