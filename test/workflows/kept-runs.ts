import { onTestFinished } from 'vitest';
import { guarded } from '../../activities/boundary/boundary.ts';
import { createActivities, type StepInput } from '../../activities/index.ts';
import type { Grant } from '../../domain/activation/serial.ts';
import type { Release } from '../../domain/release/release.ts';
import { STEPS } from '../../domain/steps.ts';
import { openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { dependencies } from '../activities/workplace.ts';
import { configuration } from '../store/samples.ts';
import { activate } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { fakeEngine } from './fake-engine.ts';

const RELEASE = { name: 'cf', version: '170', sha256: 'aa'.repeat(32) } as Release;

/** A fake engine whose runs are kept in a real store, so that they begin, end and are checked as real ones are. */
export async function keptRuns(
  cluster: string,
  { activities }: ReturnType<typeof fakeEngine>,
  /** Null = not activated. */
  grant: Partial<Grant> | null = {},
): Promise<{ readonly store: Store; readonly activities: object }> {
  const store = await openStore({ dataDir: temporaryFolder() });
  await store.configurations.accept(configuration(), {});
  if (grant !== null) await activate(store, grant);
  const deps = dependencies(store);
  onTestFinished(async () => {
    await deps.log.close();
    await store.close();
  });
  const mirror = { ...deps.mirror, release: () => Promise.resolve(RELEASE) };
  const { beginRun, finishRun } = createActivities({ ...deps, cluster, mirror });
  const step = guarded(async (input: StepInput) => {
    await store.runs.assertOpen(input.run, input.temporalRunId);
    return activities[input.step](input);
  });
  const steps = Object.fromEntries(Object.keys(STEPS).map((name) => [name, step]));
  return { store, activities: { ...activities, ...steps, beginRun, finishRun } };
}
