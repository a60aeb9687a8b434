import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { describe, expect, it, vi } from 'vitest';
import { surveyNode } from '../../../activities/looks/survey-node.ts';
import { createSurvey } from '../../../activities/looks/survey.ts';
import { DeploymentEngineError, type ErrorCode } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import { allLines, beginRun, texts } from '../../store/samples.ts';
import { ADDRESS, NATS } from '../samples.ts';
import { cluster, deps, found, look, store } from './surveyed-cluster.ts';

describe('a node that cannot be read', () => {
  it('says why, and what it was left with', async () => {
    found.failure = new DeploymentEngineError('NodeUnreachable', 'no route to it');
    await store.installed.note(NATS.instance, { revision: 1, release: '' });
    const survey = await surveyNode(deps, cluster(), ADDRESS);
    expect(survey).toMatchObject({
      failure: { code: 'NodeUnreachable', message: 'no route to it' },
      profile: undefined,
      steps: [],
      fence: 0,
      instances: [{ id: 'nats/1', isInstalled: true, steps: [{ name: 'installJob' }] }],
    });
  });

  it('says it without secrets', async () => {
    await store.log.learnSecrets([new Secret('password', 'very-secret-word')]);
    found.failure = new DeploymentEngineError('AuthenticationFailed', 'it refuses very-secret-word');
    expect((await surveyNode(deps, cluster(), ADDRESS)).failure?.message).not.toContain('secret-word');
  });

  it.each<[string, Error]>([
    ['a store that cannot be written', new DeploymentEngineError('StoreUnwritable' satisfies ErrorCode, 'full')],
    ['a defect of ours', new TypeError('undefined is no function')],
  ])('is not %s', async (_what, error) => {
    found.failure = error as DeploymentEngineError;
    await expect(surveyNode(deps, cluster(), ADDRESS)).rejects.toBe(error);
  });
});

describe('the survey of a run', () => {
  const activity = (): Context =>
    ({ info: {}, cancellationSignal: new AbortController().signal, heartbeat: () => {} }) as unknown as Context;
  const survey = async (given = deps): Promise<number> => {
    const run = await beginRun(store);
    await asyncLocalStorage.run(activity(), () => createSurvey(given)({ run, addresses: [ADDRESS] }));
    return run;
  };

  it('keeps what it found for the plan', async () => {
    const run = await survey();
    expect(await store.surveys.of(run)).toEqual([await look()]);
  });

  it('says which host key is pinned from now on, once', async () => {
    const { node } = deps.connections;
    const pinning: typeof node = async (...args) => {
      await store.nodes.pinHostKey(ADDRESS, 'SHA256:first');
      return node(...args);
    };
    const first = { ...deps, connections: { ...deps.connections, node: pinning } };
    const lines = async (run: number) => texts(await allLines(store, run));
    const run = await survey(first);
    expect(await lines(run)).toEqual([expect.stringMatching(/SHA256:first/)]);
    await survey(first);
    expect(await lines(run)).toHaveLength(1);
  });

  it('logs in to fifty nodes at a time, of all batches together', async () => {
    const gate = Promise.withResolvers<void>();
    let most = 0;
    let now = 0;
    const node: typeof deps.connections.node = async () => {
      now += 1;
      most = Math.max(most, now);
      await gate.promise;
      now -= 1;
      throw new DeploymentEngineError('NodeUnreachable', 'no route to it');
    };
    const run = await beginRun(store);
    const take = createSurvey({ ...deps, connections: { ...deps.connections, node } });
    const addresses = Array.from({ length: 40 }, (_, index) => `10.0.1.${index}`);
    const taken = [addresses, addresses.map((each) => each.replace('10.0.1', '10.0.2'))].map((batch) =>
      asyncLocalStorage.run(activity(), () => take({ run, addresses: batch })),
    );
    await vi.waitFor(() => expect(now).toBeGreaterThanOrEqual(50), 10_000);
    gate.resolve();
    await Promise.all(taken);
    expect(most).toBe(50);
    expect(await store.surveys.of(run)).toHaveLength(80);
  });

  it('warns of a node that cannot be read', async () => {
    found.failure = new DeploymentEngineError('NodeUnreachable', 'no route to it');
    const run = await survey();
    const lines = await allLines(store, run);
    expect(lines.map(({ level, node, line }) => [level, node, line])).toEqual([
      ['warn', ADDRESS, 'survey: no route to it'],
    ]);
    expect((await store.surveys.of(run))[0]?.failure).toMatchObject({ code: 'NodeUnreachable' });
  });
});
