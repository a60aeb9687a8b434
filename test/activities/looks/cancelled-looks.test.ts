import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { expect, it } from 'vitest';
import { createSurvey } from '../../../activities/looks/survey.ts';
import { createVerifyCluster } from '../../../activities/looks/verify-cluster.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import { configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { attemptDependencies, beginPlannedRun } from '../attempt/step-attempt.ts';

const openStore = useStores(openSqlite);
const ADDRESSES = Array.from({ length: 60 }, (_, node) => `10.0.0.${node + 1}`);

it.each([
  ['survey', (deps: never) => createSurvey(deps)({ run: 1, addresses: ADDRESSES })],
  ['verification', (deps: never) => createVerifyCluster(deps)({ run: 1 })],
])('a %s that was cancelled logs in nowhere else, and shows no further password', async (_what, look) => {
  const folder = temporaryFolder();
  const store = await openStore({ dataDir: folder });
  await beginPlannedRun(store);
  const deps = attemptDependencies(store, {} as NodeSession, folder);
  const signals: (AbortSignal | undefined)[] = [];
  const { promise: waited, resolve: goOn } = Promise.withResolvers<void>();
  const instances = ADDRESSES.map((address, number) => ({ id: `nats/${number}`, component: 'nats', address, number }));
  const context = { ...(await deps.contexts.load(1, '')), configuration: configuration(), instances };
  const looking = {
    ...deps,
    contexts: { ...deps.contexts, load: async () => context, serving: async () => context },
    connections: {
      ...deps.connections,
      async node(address: string, _login: unknown, _as: unknown, care?: { readonly signal?: AbortSignal }) {
        signals.push(care?.signal);
        await waited;
        care?.signal?.throwIfAborted();
        throw new DeploymentEngineError('NodeUnreachable', `${address} is gone`);
      },
    },
  };
  const leave = new AbortController();
  const activity = { cancellationSignal: leave.signal, heartbeat: () => {} } as unknown as Context;
  const looked = asyncLocalStorage.run(activity, () => look(looking as never)).catch((error: unknown) => error);
  await until(() => signals.length === 50, 'fifty logins wait');
  leave.abort(new Error('cancelled'));
  goOn();
  expect(await looked).toMatchObject({ message: 'cancelled' });
  expect(signals.map((signal) => signal?.aborted)).toEqual(Array<boolean>(50).fill(true));
});
