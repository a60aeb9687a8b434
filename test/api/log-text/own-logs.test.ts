import { expect, it } from 'vitest';
import { createTurns, LOOKS } from '../../../api/http/turns.ts';
import { createOwnLogTexts } from '../../../api/log-text/log-text.ts';
import type { ClusterClient } from '../../../api/temporal/cluster-client.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { until } from '../../support/until.ts';
import { startGateway } from '../gateway.ts';
import { download, gatewayWithLogs } from './gateway-with-logs.ts';

const LOG_TYPE = 'html/text; charset=utf-8';

it('has what an instance has logged itself fetched, and serves ranges of what was fetched', async () => {
  const gateway = await gatewayWithLogs();
  const asked: string[] = [];
  gateway.cluster.copyLog = async ({ instance, copy }) => {
    asked.push(instance);
    await gateway.store.copies.keep(copy, [Buffer.from(`copy ${asked.length} of the log\n`)]);
  };
  const first = await download(gateway, 'nats_0.run.log');
  expect(first.headers.get('content-type')).toBe(LOG_TYPE);
  expect(first.headers.get('accept-ranges')).toBe('bytes');
  expect(await first.text()).toBe('copy 1 of the log\n');
  const etag = first.headers.get('etag') ?? '';
  const part = await download(gateway, 'nats_0.run.log', { Range: 'bytes=5-', 'If-Range': etag });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 5-17/18']);
  expect(await part.text()).toBe('1 of the log\n');
  expect(asked).toEqual(['nats/0']);
  const fresh = await download(gateway, 'nats_0.run.log', { Range: 'bytes=-4' });
  expect(fresh.status).toBe(206);
  expect(await fresh.text()).toBe('log\n');
  expect(asked).toEqual(['nats/0', 'nats/0']);
  const lost = await download(gateway, 'nats_0.run.log', {
    Range: 'bytes=5-',
    'If-Range': etag.replace(/[0-9a-f]{8}-/, '00000000-'),
  });
  expect([lost.status, await lost.text()]).toEqual([200, 'copy 3 of the log\n']);
});

it('never continues the copy of one instance with that of another', async () => {
  const gateway = await gatewayWithLogs();
  const another = { id: 'nats/1', component: 'nats', number: 1, address: '10.0.0.9' } as const;
  await gateway.store.installed.note(another, { revision: 1, release: 'f'.repeat(64) });
  gateway.cluster.copyLog = ({ instance, copy }) => gateway.store.copies.keep(copy, [Buffer.from(`of ${instance}\n`)]);
  const etag = (await download(gateway, 'nats_0.run.log')).headers.get('etag') ?? '';
  const other = await download(gateway, 'nats_1.run.log', { Range: 'bytes=0-', 'If-Range': etag });
  expect([other.status, await other.text()]).toEqual([200, 'of nats/1\n']);
});

it('fetches once for all who ask at the same time', async () => {
  const { store } = await startGateway();
  let count = 0;
  const copyLog: ClusterClient['copyLog'] = ({ copy }) => {
    count += 1;
    return store.copies.keep(copy, []);
  };
  const texts = createOwnLogTexts({ store, cluster: { copyLog }, looks: createTurns(LOOKS) });
  const [one, two, other] = await Promise.all(['nats/0', 'nats/0', 'nats/1'].map((instance) => texts.fetch(instance)));
  expect(one?.etag).toBe(two?.etag);
  expect(other?.etag).not.toBe(one?.etag);
  expect(count).toBe(2);
  await texts.fetch('nats/0');
  expect(count).toBe(3);
});

it('has few fetched at once, and tells those whom it cannot serve when to come back', async () => {
  const gateway = await gatewayWithLogs();
  const all = Array.from(
    { length: 40 },
    (_, number) => ({ component: 'dea', number, address: `10.0.1.${number}` }) as const,
  );
  await gateway.store.nodes.ensureNumbers(all);
  for (const dea of all)
    await gateway.store.installed.note({ id: `dea/${dea.number}`, ...dea }, { revision: 1, release: 'f'.repeat(64) });
  let begun = 0;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  gateway.cluster.copyLog = async ({ copy }) => {
    begun += 1;
    await ended;
    await gateway.store.copies.keep(copy, [Buffer.from('words\n')]);
  };
  const refused: Response[] = [];
  const asked = all.map(async ({ number }) => {
    const answer = await download(gateway, `dea_${number}.run.log`);
    if (answer.status === 429) refused.push(answer);
    return answer.status;
  });
  await until(() => refused.length === 4, 'nobody else finds room to wait');
  expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['5', '5', '5', '5']);
  expect(begun).toBe(4);
  expect((await download(gateway, 'local.log')).status).toBe(200);
  end();
  expect((await Promise.all(asked)).filter((status) => status === 200)).toHaveLength(36);
});

it('says why a log cannot be fetched', async () => {
  const gateway = await gatewayWithLogs();
  gateway.cluster.copyLog = () =>
    Promise.reject(new DeploymentEngineError('NodeUnreachable', '10.0.0.1 does not answer'));
  const answer = await download(gateway, 'nats_0.run.log');
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ code: 'NodeUnreachable', detail: '10.0.0.1 does not answer' });
});
