import { expect, it } from 'vitest';
import { createTurns, LOOKS } from '../../../api/http/turns.ts';
import { createOwnLogTexts } from '../../../api/log-text/log-text.ts';
import type { ClusterClient } from '../../../api/temporal/cluster-client.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { until } from '../../support/until.ts';
import { beginRun, type Gateway, line, startGateway } from '../gateway.ts';

const LOG_TYPE = 'html/text; charset=utf-8';

async function gatewayWithLogs(): Promise<Gateway> {
  const gateway = await startGateway({ clock: () => Date.UTC(2026, 0, 1, 14, 3, 22) });
  const nats = { component: 'nats', address: '10.0.0.1' } as const;
  await gateway.store.nodes.ensureNumbers([nats, { component: 'nats', address: '10.0.0.9' }]);
  const release = 'f'.repeat(64);
  await gateway.store.installed.note({ id: 'nats/0', number: 0, ...nats }, { revision: 1, release });
  const { number } = await beginRun(gateway, 'first');
  await gateway.store.log.append(number, [
    line('connected', '10.0.0.1'),
    line('deploy begins'),
    line('start nats: running', 'nats_0'),
    line('another', 'dea_0'),
  ]);
  return gateway;
}

const download = ({ fetch: ask }: Gateway, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  ask('/deployment-engine/download', { method: 'PUT', body, headers });

it('lists the logs', async () => {
  const gateway = await gatewayWithLogs();
  const answer = await gateway.fetch('/deployment-engine/download');
  expect(answer.headers.get('content-type')).toBe(LOG_TYPE);
  expect(await answer.json()).toEqual(['local.log', 'nats_0.log', 'nats_0.run.log', 'nats_1.log']);
});

it("lists every instance's logs in the document's order", async () => {
  const gateway = await gatewayWithLogs();
  const address = '10.0.0.1';
  await gateway.store.nodes.ensureNumbers([
    { component: 'dea', address },
    { component: 'haproxy', address },
    { component: 'nats', address: '10.0.0.2' },
  ]);
  const names = (await (await gateway.fetch('/deployment-engine/download')).json()) as string[];
  expect(names.filter((name) => !name.includes('.run.'))).toEqual([
    'local.log',
    'haproxy_0.log',
    'nats_0.log',
    'nats_1.log',
    'nats_2.log',
    'dea_0.log',
  ]);
});

it.each(['nats_0.log', '"nats_0.log"', '{ "nats_0.log" }', '{nats_0.log}\n'])(
  'answers the lines of an instance and of its node to %s',
  async (body) => {
    const answer = await download(await gatewayWithLogs(), body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(LOG_TYPE);
    expect(await answer.text()).toBe('[10.0.0.1] 14:03:22 connected\n[nats_0] 14:03:22 start nats: running\n');
  },
);

it.each(['dea_0.log', 'nats_1.run.log', '../data/engine.db', 'nats_0.log/../local.log', '', 'a b', '{}'])(
  'knows no log %j',
  async (body) => {
    const answer = await download(await gatewayWithLogs(), body);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'LogNotFound' });
  },
);

it('serves ranges', async () => {
  const gateway = await gatewayWithLogs();
  const whole = await (await download(gateway, 'nats_0.log')).text();
  const part = await download(gateway, 'nats_0.log', { Range: 'bytes=5-20' });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe(`bytes 5-20/${whole.length}`);
  expect(await part.text()).toBe(whole.slice(5, 21));
  const rest = await download(gateway, 'nats_0.log', { Range: `bytes=${whole.length - 4}-` });
  expect(await rest.text()).toBe(whole.slice(-4));
  expect((await download(gateway, 'nats_0.log', { Range: 'bytes=9999-' })).status).toBe(416);
});

it('goes on with a log that has grown since, and begins anew with another', async () => {
  const gateway = await gatewayWithLogs();
  const begun = await download(gateway, 'nats_0.log', { Range: 'bytes=0-9' });
  const etag = begun.headers.get('etag') ?? '';
  await gateway.store.log.append(1, [line('stop nats: stopped', 'nats_0')]);
  const grown = await (await download(gateway, 'nats_0.log')).text();
  expect(grown).toContain('stopped');
  const rest = await download(gateway, 'nats_0.log', { Range: 'bytes=10-', 'If-Range': etag });
  expect(rest.status).toBe(206);
  expect((await begun.text()) + (await rest.text())).toBe(grown);
  expect(rest.headers.get('etag')).not.toBe(etag);
  const other = await download(gateway, 'local.log', { Range: 'bytes=10-', 'If-Range': etag });
  expect(other.status).toBe(200);
  expect(await other.text()).toContain('[local] 14:03:22 deploy begins');
});

it.each(['lines=1-2', 'bytes=0-1,4-5', 'bytes=x'])('serves the whole text for the range %s', async (range) => {
  const gateway = await gatewayWithLogs();
  const answer = await download(gateway, 'nats_0.log', { Range: range });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('accept-ranges')).toBe('bytes');
  expect(await answer.text()).toBe(await (await download(gateway, 'nats_0.log')).text());
});

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

it('serves a log of many pages whole', async () => {
  const gateway = await gatewayWithLogs();
  const texts = Array.from({ length: 12_000 }, (_, index) => `step ${index}`);
  await gateway.store.log.append(
    1,
    texts.map((text) => line(text)),
  );
  const answer = await (await download(gateway, 'local.log')).text();
  expect(answer.trimEnd().split('\n').slice(1)).toEqual(texts.map((text) => `[local] 14:03:22 ${text}`));
  const part = await download(gateway, 'local.log', { Range: `bytes=100-${answer.length - 101}` });
  expect(await part.text()).toBe(answer.slice(100, -100));
});
