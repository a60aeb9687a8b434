import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { endCommands } from '../../../activities/run/end-commands.ts';
import { sh } from '../../../domain/command.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { openStore } from '../../../store/open-store.ts';
import type { Store } from '../../../store/store.ts';
import { allLines, beginRun, configuration, texts } from '../../store/samples.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { runRequest } from '../../support/run-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { dependencies } from '../workplace.ts';

const ADDRESS = '10.0.0.1';
let store: Store;
let node: LocalNode;
let run: number;

beforeEach(async () => {
  store = await openStore({ dataDir: temporaryFolder() });
  await store.configurations.accept(configuration(), {});
  run = await beginRun(store);
  await store.runs.savePlan({ run, revision: 1, release: 'aa'.repeat(32) } as Parameters<Store['runs']['savePlan']>[0]);
  node = createLocalNode();
  await node.session.installRunner({ engine: 'engine-a', generation: 1, run });
});
afterEach(async () => {
  await node.remove();
  await store.close();
});

const reaching = (enter: () => Promise<LocalNode['session']>): ActivityDependencies => {
  const deps = dependencies(store);
  return {
    ...deps,
    logins: { of: () => Promise.resolve({} as never) },
    connections: { ...deps.connections, node: enter, answers: async () => false },
    contexts: { ...deps.contexts, serving: () => Promise.resolve({ configuration: configuration() } as never) },
  };
};

/** A command that runs on although nobody watches it any more. */
async function leftRunning(instance: string, step: string): Promise<{ isOver(): Promise<boolean> }> {
  const watching = new AbortController();
  const fence = { engine: 'engine-a', generation: 1, run };
  const running = node.session
    .run(runRequest({ fence, instance, step, command: sh`sleep 600`, signal: watching.signal }))
    .catch(() => undefined);
  const jobs = () => node.session.jobs({ fence, instance, step });
  await until(async () => (await jobs()).length === 1, 'it runs');
  watching.abort();
  await running;
  const [job] = await jobs();
  return { isOver: async () => (await node.session.poll(job?.key ?? '')).state !== 'running' };
}

it('ends every command of its target that is left, and no other', async () => {
  const left = [await leftRunning('-', 'connect'), await leftRunning('-', 'compilePackages')];
  const other = await leftRunning('nats/0', 'installJob');
  const deps = reaching(() => Promise.resolve(node.session));
  expect(await endCommands(deps, { run, target: ADDRESS, address: ADDRESS })).toEqual({ isKnown: true });
  expect(await Promise.all(left.map((each) => each.isOver()))).toEqual([true, true]);
  expect(await other.isOver()).toBe(false);
});

it.each([
  ['refuses', () => Promise.reject(new DeploymentEngineError('NodeUnreachable', 'no route')), 'no route'],
  ['does not answer', () => new Promise<never>(() => undefined), 'it did not answer within 0.05 s'],
])('says that nothing is known where the node %s', async (_how, enter, why) => {
  const patience = { silent: 50, slow: 60_000 };
  const key = { run, target: 'nats/0', step: 'start', round: 1 } as const;
  await store.steps.begin(key);
  expect(await endCommands(reaching(enter), { run, target: 'nats/0', address: ADDRESS }, patience)).toEqual({
    isKnown: false,
  });
  expect(texts(await allLines(store, run)).join('\n')).toContain(`on ${ADDRESS} (${why})`);
  expect(await store.steps.of(run)).toMatchObject([
    { state: 'aborted', reasons: [`remote-unknown: ${ADDRESS} could not be asked`] },
  ]);
});
