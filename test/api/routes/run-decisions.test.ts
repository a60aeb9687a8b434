import { expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { Gateway } from '../gateway.ts';
import { gatewayWithRuns } from '../gateway-with-runs.ts';

const post = ({ fetch: ask }: Gateway, path: string, body: unknown = {}): Promise<Response> =>
  ask(`/deployment-engine/runs/${path}`, { method: 'POST', body: JSON.stringify(body) });

it('passes a decision on to the workflow, keys in any case', async () => {
  const gateway = await gatewayWithRuns(1);
  let asked: unknown;
  gateway.cluster.resolve = (request) => {
    asked = request;
    return Promise.resolve('skip: nats/0');
  };
  const answer = await post(gateway, '1/resolve', { Action: 'skip', targets: ['nats/0'], park: 2 });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ run: 1, result: 'skip: nats/0' });
  expect(asked).toEqual({ action: 'skip', targets: ['nats/0'], park: 2 });
});

it('names every problem of a decision', async () => {
  const answer = await post(await gatewayWithRuns(1), '1/resolve', { action: 'ignore', target: ['nats/0'] });
  expect(answer.status).toBe(400);
  const { errors } = (await answer.json()) as { errors: { pointer: string; message: string }[] };
  expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/action', '/target']);
  expect(errors.find(({ pointer }) => pointer === '/target')?.message).toContain('targets');
});

it.each([
  [{}, '/action: must be retry, skip or abort'],
  [{ action: 'retyr' }, '/action: must be retry, skip or abort'],
  [['retry'], 'must be an object'],
  [{ action: 'retry', targets: 'nats/0' }, '/targets: must be a list'],
  [{ action: 'retry', targets: [] }, '/targets: must not be empty'],
  [{ action: 'retry', targets: [7] }, '/targets/0: must be a text'],
  [{ action: 'retry', park: 'first' }, '/park: must be a number'],
  [{ action: 'retry', park: 0 }, '/park: must be at least 1'],
  [{ action: 'retry', park: 1.5 }, '/park: must be a whole number'],
  [{ action: 'retry', reason: 'x'.repeat(1001) }, '/reason: must have at most 1000 characters'],
])('says in plain words what is wrong with the decision %j', async (decision, detail) => {
  const answer = await post(await gatewayWithRuns(1), '1/resolve', decision);
  expect(await answer.json()).toMatchObject({ status: 400, detail });
});

it('has nothing to decide about a run that is over, or where nothing is parked', async () => {
  const gateway = await gatewayWithRuns(2);
  const over = await post(gateway, '1/resolve', { action: 'retry' });
  expect([over.status, await over.json()]).toMatchObject([409, { code: 'RunEnded' }]);
  gateway.cluster.resolve = () => Promise.reject(new DeploymentEngineError('NothingParked', 'Nothing is parked'));
  const nothing = await post(gateway, '2/resolve', { action: 'retry' });
  expect([nothing.status, await nothing.json()]).toMatchObject([409, { code: 'NothingParked' }]);
});

it('cancels a run', async () => {
  const gateway = await gatewayWithRuns(1);
  expect((await post(gateway, '1/cancel')).status).toBe(202);
  expect((await post(gateway, '9/cancel')).status).toBe(404);
});
