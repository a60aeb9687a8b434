import { beforeEach } from 'vitest';
import type { AskedOperation } from '../../../api/temporal/ask-operation.ts';
import type { OperateResult } from '../../../workflows/messages.ts';
import { beginRun, endRun, type Gateway, postConfiguration, startGateway } from '../gateway.ts';

export let gateway: Gateway;
export let asked: AskedOperation[];

export const answers = (result: Partial<OperateResult> | undefined): void => {
  gateway.cluster.operate = (operation) => {
    asked.push(operation);
    return Promise.resolve(result === undefined ? undefined : { run: 7, notDone: {}, notes: {}, ...result });
  };
};

beforeEach(async () => {
  gateway = await startGateway();
  asked = [];
  answers({});
  await postConfiguration(gateway);
  await gateway.store.nodes.ensureNumbers([
    { component: 'haproxy', address: '10.10.101.181' },
    { component: 'nats', address: '10.10.101.182' },
    { component: 'nats', address: '10.10.101.183' },
    { component: 'dea', address: '10.10.101.182' },
  ]);
  await endRun(gateway, (await beginRun(gateway, 'deployed')).number);
});

export const ask = (words: unknown, path = 'restart', method = 'PUT'): Promise<Response> =>
  gateway.fetch(`/deployment-engine/${path}`, {
    method,
    ...(words === undefined ? {} : { body: typeof words === 'string' ? words : JSON.stringify(words) }),
  });
