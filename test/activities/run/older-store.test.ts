import { expect, it, onTestFinished } from 'vitest';
import { fenceOf } from '../../../activities/attempt/fence.ts';
import { fenceSeen } from '../../../activities/looks/ask-node.ts';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import { createRunWatch } from '../../../api/log-socket/run-watch.ts';
import { sh } from '../../../domain/command.ts';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';
import { openStore } from '../../../store/open-store.ts';
import { allLines, beginRun, configuration, texts } from '../../store/samples.ts';
import { createLocalNode } from '../../support/local-node.ts';
import { runRequest } from '../../support/run-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { dependencies } from '../workplace.ts';

const survey = (address: string, fence = 0): NodeSurvey => ({
  address,
  fence,
  generation: 1,
  failure: undefined,
  profile: 'debian-12',
  steps: [],
  instances: [],
  missingBuilds: [],
});

/** The real runner, a store that begins with run 1, and what a plan is made with. */
async function olderStore() {
  const node = createLocalNode();
  const store = await openStore({ dataDir: temporaryFolder() });
  onTestFinished(async () => {
    await node.remove();
    await store.close();
  });
  await store.engine.identity();
  await store.configurations.accept(configuration(), {});
  const begun = await beginRun(store);
  expect(begun).toBe(1);
  const deps = dependencies(store);
  const contexts = { ...deps.contexts, load: () => Promise.resolve({ instances: [] } as never) };
  return { node, store, begun, deps, makePlan: createRunActivities({ ...deps, contexts }).makePlan };
}

const COMMAND = { command: sh`true`, long: false };

it('deploys on nodes that have seen run 50 although its store begins with run 1', async () => {
  const { node, store, begun, makePlan } = await olderStore();
  const fence = (run: number) => ({ engine: 'engine-a', generation: 1, run });
  await node.session.installRunner(fence(50));
  await store.surveys.save(begun, [survey('10.0.0.1', 50), survey('10.0.0.2', 7)]);

  const { run = 0 } = await makePlan({ run: begun });
  expect(run).toBe(51);
  // The activity may be repeated when its worker died before it could answer.
  expect((await makePlan({ run: begun })).run).toBe(51);

  await expect(node.session.run(runRequest({ ...COMMAND, fence: fence(begun) }))).rejects.toMatchObject({
    code: 'Superseded',
  });
  expect(await node.session.run(runRequest({ ...COMMAND, fence: fence(run) }))).toMatchObject({ exitCode: 0 });

  await store.runs.assertOpen(51, 'run');
  expect(await store.runs.get(1)).toMatchObject({ outcome: 'superseded', reason: expect.stringContaining('run 51') });
  expect(texts(await allLines(store, 1)).at(-1)).toBe('deploy 1 SUPERSEDED (run 51)');
  // Readers of the log go on with the run that exists, and the next deploy counts on.
  expect(await createRunWatch(store).after(1, new AbortController().signal)).toBe(51);
  expect(await beginRun(store, 'the next')).toBe(52);
});

it('takes over nodes of a later generation under the next one, and says so', async () => {
  const { node, store, begun, deps, makePlan } = await olderStore();
  await node.session.installRunner({ engine: 'engine-a', generation: 3, run: 50 });
  const seen = fenceSeen(deps.engine, await node.session.read(sh`true`));
  await store.surveys.save(begun, [{ ...survey('10.0.0.1'), ...seen }, survey('10.0.0.2', 7)]);

  const { run = 0 } = await makePlan({ run: begun });
  // The activity may be repeated when its worker died before it could answer.
  expect((await makePlan({ run: begun })).run).toBe(run);
  expect(await store.engine.generation()).toBe(4);
  const fence = await fenceOf(deps, run);
  expect(fence).toEqual({ engine: 'engine-a', generation: 4, run: 51 });
  expect(await node.session.run(runRequest({ ...COMMAND, fence }))).toMatchObject({ exitCode: 0 });

  const said = texts(await allLines(store, begun)).filter((line) => line.includes('generation'));
  expect(said).toEqual([expect.stringMatching(/^10\.0\.0\.1: generation 3 .* goes on as generation 4/)]);
});
