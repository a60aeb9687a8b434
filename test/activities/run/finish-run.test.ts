import { expect, it, onTestFinished } from 'vitest';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import type { Outcome } from '../../../domain/run/run.ts';
import { openStore } from '../../../store/open-store.ts';
import { allLines, beginRun, configuration, texts } from '../../store/samples.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { dependencies } from '../workplace.ts';

it.each<[Outcome, string, readonly string[]]>([
  ['cancelled', 'cancelled; remote-unknown: 10.0.0.1', ['cancelled; remote-unknown: 10.0.0.1', 'deploy 1 CANCELLED']],
  ['terminated', 'the run was closed', ['the run was closed', 'deploy 1 TERMINATED']],
  ['incomplete', 'nats/0: given up', ['deploy 1 INCOMPLETE (nats/0: given up)']],
])('says once why a run is %s, and how it ended', async (outcome, reason, lines) => {
  const store = await openStore({ dataDir: temporaryFolder() });
  onTestFinished(() => store.close());
  await store.configurations.accept(configuration(), {});
  const run = await beginRun(store);
  const { finishRun } = createRunActivities(dependencies(store));
  await finishRun({ run, outcome, reason });
  // Temporal repeats an activity whose answer got lost.
  await finishRun({ run, outcome, reason });
  expect(texts(await allLines(store, run))).toEqual(lines);
  expect(await store.runs.get(run)).toMatchObject({ outcome, reason });
});
