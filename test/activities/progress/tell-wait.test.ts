import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { beforeEach, expect, it } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createSurvey } from '../../../activities/looks/survey.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import { allLines, configuration, texts } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { attempt, attemptDependencies, beginPlannedRun } from '../attempt/step-attempt.ts';

const WAITING = 'has refused two passwords: waiting 43 s before the next one, so that the account is not locked';

const openStore = useStores(openSqlite);

let store: Store;
let deps: ReturnType<typeof attemptDependencies>;
let goOn: () => void;

beforeEach(async () => {
  const folder = temporaryFolder();
  store = await openStore({ dataDir: folder });
  await beginPlannedRun(store);
  const waited = Promise.withResolvers<void>();
  goOn = waited.resolve;
  deps = {
    ...attemptDependencies(store, {} as NodeSession, folder),
    connections: {
      async node(address, _login, _as, care) {
        care?.onWait?.(42_100);
        care?.onWait?.(20_000);
        await waited.promise;
        throw new DeploymentEngineError('NodeUnreachable', `${address} is gone`);
      },
      answers: () => Promise.resolve(false),
      hostKey: () => Promise.resolve(''),
      forget: () => {},
      close: () => Promise.resolve(),
    },
  };
});

/** How long the step waits, as its record has it. */
async function pause(): Promise<number | undefined> {
  const { since, pausedUntil } = (await store.steps.of(1))[0]?.work ?? {};
  return since === undefined || pausedUntil === undefined ? undefined : pausedUntil - since;
}

const lines = async (): Promise<string[]> => texts(await allLines(store, 1));

it('says once, while a step waits to show a password, why and for how long', async () => {
  const failing = attempt(deps, { check: 'true', command: 'true' }).catch(() => undefined);
  await until(async () => (await lines()).length > 0, 'it is said');
  expect(await lines()).toEqual([`buildRuby: local ${WAITING}`]);
  await until(async () => (await pause()) === 20_000, 'the newest wait is kept');
  goOn();
  await failing;
  expect((await lines()).filter((line) => line.includes('waiting'))).toHaveLength(1);
});

it('says in a survey which host key a node showed that nobody had met', async () => {
  const survey = async (run: number): Promise<void> => {
    const presumed = { ...(await deps.contexts.load(1, '')), configuration: configuration(), instances: [] };
    const connections: ActivityDependencies['connections'] = {
      ...deps.connections,
      async node(address) {
        await store.nodes.pinHostKey(address, 'SHA256:shown');
        throw new DeploymentEngineError('NodeUnreachable', `${address} is gone`);
      },
    };
    const surveying = { ...deps, connections, contexts: { ...deps.contexts, load: async () => presumed } };
    const context = { cancellationSignal: new AbortController().signal, heartbeat: () => {} } as unknown as Context;
    await asyncLocalStorage.run(context, () => createSurvey(surveying)({ run, addresses: ['10.0.0.1'] }));
  };
  await survey(1);
  await survey(1);
  const told = (await lines()).filter((line) => line.includes('SHA256:shown'));
  expect(told).toEqual(['survey: first contact: its SSH host key SHA256:shown is pinned from now on']);
});

it('says of a survey that takes long which nodes it waits for, for how long, and what is usual', async () => {
  await store.times.note('survey of 5 nodes', 2_000);
  const presumed = { ...(await deps.contexts.load(1, '')), configuration: configuration(), instances: [] };
  const connections: ActivityDependencies['connections'] = {
    ...deps.connections,
    async node(address) {
      if (address !== '10.0.0.1') await waited;
      throw new DeploymentEngineError('NodeUnreachable', `${address} is gone`);
    },
  };
  const { promise: waited, resolve: answer } = Promise.withResolvers<void>();
  const surveying = { ...deps, connections, contexts: { ...deps.contexts, load: async () => presumed } };
  let beat: unknown;
  const heartbeat = (details: unknown): void => void (beat = details);
  const context = { cancellationSignal: new AbortController().signal, heartbeat } as unknown as Context;
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'];
  const survey = asyncLocalStorage.run(context, () => createSurvey(surveying, () => 50)({ run: 1, addresses }));
  const said = /^survey: looking for what is to be done on 10\.0\.0\.2, 10\.0\.0\.3 and 2 more for \d+ s, usually 2 s$/;
  await until(async () => (await lines()).some((line) => said.test(line)), 'it is said');
  await until(() => /^looking for what .* usually 2 s$/.test(String(beat)), 'the Web UI hears of it');
  answer();
  await survey;
  // What kept it waiting tells nothing of the work.
  expect(await store.times.usual()).toEqual(new Map([['survey of 5 nodes', 2_000]]));
});

it('says it of a survey too', async () => {
  const presumed = { ...(await deps.contexts.load(1, '')), configuration: configuration(), instances: [] };
  const surveying = { ...deps, contexts: { ...deps.contexts, load: async () => presumed } };
  const context = { cancellationSignal: new AbortController().signal, heartbeat: () => {} } as unknown as Context;
  const survey = asyncLocalStorage.run(context, () => createSurvey(surveying)({ run: 1, addresses: ['10.0.0.1'] }));
  await until(async () => (await lines()).length > 0, 'it is said');
  expect(await lines()).toEqual([`survey: 10.0.0.1 ${WAITING}`]);
  goOn();
  await survey;
});
