import { expect, it, onTestFinished } from 'vitest';
import { createRunActivities } from '../../activities/run-activities.ts';
import { sh } from '../../domain/command.ts';
import type { NodeSurvey } from '../../domain/survey.ts';
import { createRunWatch } from '../../api/run-watch.ts';
import { openStore } from '../../store/open-store.ts';
import { allLines, beginRun, configuration, texts } from '../store/samples.ts';
import { createLocalNode } from '../support/local-node.ts';
import { runRequest } from '../support/run-request.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { dependencies } from './workplace.ts';

const survey = (address: string, fence: number): NodeSurvey => ({
  address,
  fence,
  failure: undefined,
  profile: 'debian-12',
  steps: [],
  instances: [],
  missingBuilds: [],
});

it('deploys on nodes that have seen run 50 although its store begins with run 1', async () => {
  const node = createLocalNode();
  const store = await openStore({ dataDir: temporaryFolder() });
  onTestFinished(async () => {
    await node.remove();
    await store.close();
  });
  const fence = (run: number) => ({ engine: 'engine-a', generation: 1, run });
  await node.session.installRunner(fence(50));
  await store.configurations.accept(configuration(), {});
  const begun = await beginRun(store);
  expect(begun).toBe(1);
  await store.surveys.save(begun, [survey('10.0.0.1', 50), survey('10.0.0.2', 7)]);

  const deps = dependencies(store);
  const contexts = { ...deps.contexts, load: () => Promise.resolve({ instances: [] } as never) };
  const { makePlan } = createRunActivities({ ...deps, contexts });
  const { run = 0 } = await makePlan({ run: begun });
  expect(run).toBe(51);
  // The activity may be repeated when its worker died before it could answer.
  expect((await makePlan({ run: begun })).run).toBe(51);

  const command = { command: sh`true`, long: false };
  await expect(node.session.run(runRequest({ ...command, fence: fence(begun) }))).rejects.toMatchObject({
    code: 'Superseded',
  });
  expect(await node.session.run(runRequest({ ...command, fence: fence(run) }))).toMatchObject({ exitCode: 0 });

  await store.runs.assertOpen(51, 'run');
  expect(await store.runs.get(1)).toMatchObject({ outcome: 'superseded', reason: expect.stringContaining('run 51') });
  expect(texts(await allLines(store, 1)).at(-1)).toBe('deploy 1 SUPERSEDED (run 51)');
  // Readers of the log go on with the run that exists, and the next deploy counts on.
  expect(await createRunWatch(store).after(1, new AbortController().signal)).toBe(51);
  expect(await beginRun(store, 'the next')).toBe(52);
});
