import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { beforeEach, expect, it } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createSurvey } from '../../../activities/looks/survey.ts';
import { createRunActivities } from '../../../activities/run/run-activities.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { Release } from '../../../domain/release/release.ts';
import { createLogWriter } from '../../../store/log/log-writer.ts';
import type { Store } from '../../../store/store.ts';
import { allLines, configuration, texts } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { activate } from '../../support/serials.ts';
import { nodeContext } from '../samples.ts';
import { dependencies } from '../workplace.ts';

const NEVER = 3_600_000;
const RELEASE = { name: 'cf', version: '170', sha256: 'aa'.repeat(32) } as Release;

const CLUSTER = {
  configuration: configuration(),
  instances: [],
  ports: [],
  node: () => ({ ...nodeContext(), instances: [] }),
};

const openStore = useStores(openSqlite);

let store: Store;
let deps: ActivityDependencies;

beforeEach(async () => {
  store = await openStore();
  await store.engine.identity();
  await store.configurations.accept(configuration(), {});
  await activate(store);
  const given = dependencies(store);
  deps = {
    ...given,
    // It stores nothing by itself, as if its worker died right after an activity.
    log: createLogWriter(store.log, { flushMs: NEVER }),
    mirror: { ...given.mirror, release: async () => RELEASE },
    logins: { of: async () => ({}) as never },
    contexts: { ...given.contexts, load: async () => CLUSTER as never },
    connections: {
      ...given.connections,
      node: () => Promise.reject(new DeploymentEngineError('NodeUnreachable', 'no route')),
    },
  };
});

const inActivity = <Result>(run: () => Promise<Result>): Promise<Result> =>
  asyncLocalStorage.run(
    {
      info: { workflowExecution: { workflowId: 'cluster/cf', runId: 'of Temporal' } },
      cancellationSignal: new AbortController().signal,
      heartbeat: () => {},
    } as unknown as Context,
    run,
  );

const begin = () => inActivity(() => createRunActivities(deps).beginRun({ cluster: 'cf', operation: 'deploy' }));
const stored = async (run: number): Promise<string[]> => texts(await allLines(store, run));

it('has stored what it says before each activity of a run ends', async () => {
  const { run, batches } = await begin();
  expect(await stored(run)).toEqual([expect.stringMatching(/^deploy 1: revision 1, cf 170, /)]);

  await inActivity(() => createSurvey(deps)({ run, addresses: batches.flat() }));
  expect((await stored(run)).at(-1)).toContain('no route');

  const activities = createRunActivities(deps);
  await activities.makePlan({ run });
  expect((await stored(run)).at(-1)).toMatch(/ to prepare, |^no changes$/);

  const decision = { run, target: '10.0.0.1', step: 'connect', round: 1, action: 'retry', reason: undefined } as const;
  await activities.recordDecision(decision);
  expect((await stored(run)).at(-1)).toBe('10.0.0.1: retry connect');

  await activities.noteLimit({ run, used: '1800 of 2,000 updates' });
  expect((await stored(run)).at(-1)).toContain('1800 of 2,000 updates');
});

it('is not through with a plan whose lines are not stored, also under a higher number', async () => {
  const { run } = await begin();
  await store.surveys.save(run, [
    {
      address: '10.0.0.1',
      fence: 50,
      generation: 1,
      failure: undefined,
      profile: 'debian-12',
      steps: [],
      instances: [],
      missingBuilds: [],
    },
  ]);
  let isFull = true;
  const appendAll: typeof store.log.appendAll = async (of, batches) => {
    if (isFull && of === 51) throw new DeploymentEngineError('StoreUnwritable', 'The disk is full.');
    await store.log.appendAll(of, batches);
  };
  const { makePlan } = createRunActivities({ ...deps, log: createLogWriter({ appendAll }, { flushMs: NEVER }) });
  await expect(makePlan({ run })).rejects.toMatchObject({ code: 'StoreUnwritable' });
  isFull = false;
  expect(await makePlan({ run })).toMatchObject({ run: 51 });
  expect((await stored(51)).filter((line) => line === '1 node to give back')).toHaveLength(1);
});
