import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { withoutSecrets } from '../../../activities/boundary/without-secrets.ts';
import { createActivities } from '../../../activities/index.ts';
import { surveyNode } from '../../../activities/looks/survey-node.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { NodeFacts } from '../../../domain/node/node-facts.ts';
import { Secret } from '../../../domain/secret.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import { configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { ADDRESS, nodeContext } from '../samples.ts';
import { dependencies } from '../workplace.ts';

const SECRET = 'canary-4711-of-nats';

const openStore = useStores(openSqlite);
let store: Store;

beforeEach(async () => {
  store = await openStore();
  await store.log.learnSecrets([new Secret('password', SECRET)]);
});

describe('what activities tell Temporal', () => {
  const told = async (run: () => Promise<unknown>): Promise<unknown> => withoutSecrets({ run }, store.log).run();
  const failed = (error: Error): Promise<unknown> =>
    told(() => Promise.reject(error)).catch((thrown: unknown) => thrown);

  it('returns no secret', async () => {
    expect(await told(async () => ({ problems: [`nats://nats:${SECRET}@10.0.0.1`], run: 1 }))).toEqual({
      problems: ['nats://nats:********@10.0.0.1'],
      run: 1,
    });
    expect(await told(async () => undefined)).toBeUndefined();
  });

  it('leaves what programs compare alone, whatever it looks like', async () => {
    const plan = { batches: [[SECRET]], instances: [{ id: SECRET, address: SECRET, reasons: [SECRET] }] };
    expect(await told(async () => plan)).toEqual({
      batches: [[SECRET]],
      instances: [{ id: SECRET, address: SECRET, reasons: ['********'] }],
    });
  });

  it('fails with no secret, in message, stack and details, and stays the failure that it was', async () => {
    const failure = ApplicationFailure.create({
      type: 'CommandFailed',
      message: `refused: ${SECRET}`,
      nonRetryable: true,
      details: [{ target: 'nats/0', output: [SECRET] }],
    });
    const thrown = await failed(failure);
    expect(thrown).toBe(failure);
    expect(thrown).toMatchObject({
      type: 'CommandFailed',
      message: 'refused: ********',
      nonRetryable: true,
      details: [{ target: 'nats/0', output: ['********'] }],
    });
    expect((thrown as Error).stack).not.toContain(SECRET);
  });

  it('has none in causes either', async () => {
    const thrown = await failed(new Error('it failed', { cause: new Error(`because of ${SECRET}`) }));
    expect((thrown as Error).cause).toMatchObject({ message: 'because of ********' });
  });

  it('holds for every activity of the engine', async () => {
    const plan = (): Promise<never> => Promise.reject(new DeploymentEngineError('RunNotFound', `lost by ${SECRET}`));
    const { makePlan } = createActivities({
      ...dependencies(store),
      store: { ...store, runs: { ...store.runs, plan } },
    });
    const asActivity = asyncLocalStorage.run({} as Context, () => makePlan({ run: 1 }));
    await expect(asActivity).rejects.toMatchObject({ type: 'RunNotFound', message: 'lost by ********' });
  });

  it('leaves a cancel alone', async () => {
    const cancel = new CancelledFailure('cancelled');
    expect(await failed(cancel)).toBe(cancel);
  });
});

it('keeps no secret that a node answers in what a plan is made of', async () => {
  const { log, ...given } = dependencies(store);
  await store.nodes.saveFacts(ADDRESS, { system: 'debian-12' } as NodeFacts);
  const node = {
    address: ADDRESS,
    // Claimed by an engine whose name is our secret.
    read: async ({ text }: { readonly text: string }) => ({
      exitCode: 0,
      stdout: [...text.matchAll(/@@deployment-engine-check-end (\d+)/g)]
        .map(([end]) => `system=debian-12\nowner=${SECRET} 1 1\n\n${end} 0\n`)
        .join(''),
    }),
  };
  const deps: ActivityDependencies = {
    ...given,
    log,
    mirror: { ...given.mirror, architecture: async () => undefined, sources: async () => [] },
    logins: { of: async () => ({}) as never },
    connections: { ...given.connections, node: async () => node as unknown as NodeSession },
  };
  const cluster = { configuration: configuration(), instances: [], node: () => nodeContext({ instances: [] }) };
  const survey = await surveyNode(deps, cluster as never, ADDRESS);
  expect(survey.steps.flatMap(({ reasons }) => reasons.map(inEnglish))).toContainEqual(
    expect.stringContaining('The node belongs to another engine (********)'),
  );
  expect(JSON.stringify(survey)).not.toContain(SECRET);
});
