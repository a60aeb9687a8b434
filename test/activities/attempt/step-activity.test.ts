import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { beforeEach, expect, it } from 'vitest';
import { type StepActivity, createStepActivity } from '../../../activities/attempt/step-activity.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import type { StepRecord } from '../../../domain/run/run.ts';
import type { Login } from '../../../ssh/connect/login.ts';
import type { RunRequest, RunResult } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import { beginRun } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { until } from '../../support/until.ts';
import { ADDRESS, nodeContext } from '../samples.ts';
import { dependencies } from '../workplace.ts';
import { ENDED, fakeSession } from './fake-session.ts';

const PATIENCE = 400;

const openStore = useStores(openSqlite);

let store: Store;
let step: StepActivity;
let attempts: number;
/** What happens to the commands of the next attempts. */
let act: (request: RunRequest) => Promise<RunResult>;

const lost = (): Promise<never> => Promise.reject(new DeploymentEngineError('ConnectionLost', 'gone'));
beforeEach(async () => {
  store = await openStore();
  attempts = 0;
  const deps = dependencies(store);
  const context = nodeContext();
  const plan = { revision: 1, release: 'aa', nodes: [], instances: [], builds: {} } as unknown as Plan;
  // A node that answers every look, with nothing on it that is wanted.
  const node = fakeSession(ADDRESS);
  node.look = async () => ({ exitCode: 0, stdout: '' });
  node.run = (request) => act(request);
  step = createStepActivity({
    ...deps,
    store: { ...store, runs: { ...store.runs, plan: async () => plan } },
    logins: { of: async () => ({}) as Login },
    connections: {
      node: async () => node.session,
      answers: async () => true,
      hostKey: async () => '',
      forget: () => {},
      close: async () => {},
    },
    contexts: {
      load: async () => ({ ...context, instances: [], ports: [], apart: [], node: () => context }),
      serving: async () => ({ ...context, instances: [], node: () => context }),
      preview: () => Promise.reject(new Error('not needed')),
    },
    limits: { ...deps.limits, patience: PATIENCE },
  });
});

/** One attempt; the failure it ends with. */
async function attempt(run: number): Promise<ApplicationFailure> {
  attempts += 1;
  const context = {
    info: { attempt: attempts },
    cancellationSignal: new AbortController().signal,
    heartbeat: () => {},
  } as unknown as Context;
  const input = {
    run,
    temporalRunId: 'run',
    target: ADDRESS,
    address: ADDRESS,
    step: 'installMonit',
    round: 1,
  } as const;
  const failure = await asyncLocalStorage
    .run(context, () => step(input))
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  if (!(failure instanceof ApplicationFailure)) throw new Error('it did not fail as expected', { cause: failure });
  return failure;
}

const record = async (): Promise<StepRecord | undefined> => (await store.steps.of(1))[0];

it('parks when patience is over although the node answers every look', async () => {
  act = lost;
  const run = await beginRun(store);
  const first = Date.now();
  await until(async () => (await attempt(run)).nonRetryable === true, 'it parks');
  expect(Date.now() - first).toBeGreaterThanOrEqual(PATIENCE);
  expect(await record()).toMatchObject({ state: 'parked', failures: 0, error: { code: 'ConnectionLost' } });
});

it.each<[string, (request: RunRequest) => Promise<RunResult>]>([
  [
    'something new was heard',
    async ({ onOutput, heard }) => {
      await onOutput?.(Buffer.from('on it goes\n'), heard?.offset ?? 0, 1);
      return lost();
    },
  ],
  [
    'a command was carried out',
    (() => {
      let calls = 0;
      return () => ((calls += 1) % 2 === 1 ? Promise.resolve(ENDED) : lost());
    })(),
  ],
])('begins to be patient anew when %s', async (_what, doing) => {
  act = doing;
  const run = await beginRun(store);
  const end = Date.now() + 3 * PATIENCE;
  while (Date.now() < end) expect((await attempt(run)).nonRetryable).toBe(false);
});

it('is not patient anew for a change that was carried out long ago', async () => {
  let calls = 0;
  act = async () => ((calls += 1) % 2 === 1 ? { ...ENDED, attached: true } : lost());
  const run = await beginRun(store);
  await until(async () => (await attempt(run)).nonRetryable === true, 'it parks');
});
