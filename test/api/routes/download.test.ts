import { expect, it } from 'vitest';
import { download, gatewayWithLogs } from '../log-text/gateway-with-logs.ts';
import { line } from '../gateway.ts';

const LOG_TYPE = 'html/text; charset=utf-8';

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
  const none = await download(gateway, 'nats_0.log', { Range: 'bytes=9999-' });
  expect([none.status, none.headers.get('content-range')]).toEqual([416, `bytes */${whole.length}`]);
  expect(none.headers.get('content-type')).toBe('application/problem+json');
  expect(await none.json()).toMatchObject({ code: 'RangeNotSatisfiable', detail: `the log has ${whole.length} bytes` });
});

it('serves all of it to whoever wants the last bytes of more than there is, and to a range that goes backwards', async () => {
  const gateway = await gatewayWithLogs();
  const whole = await (await download(gateway, 'nats_0.log')).text();
  const tail = await download(gateway, 'nats_0.log', { Range: 'bytes=-100000' });
  expect([tail.status, tail.headers.get('content-range')]).toEqual([
    206,
    `bytes 0-${whole.length - 1}/${whole.length}`,
  ]);
  expect(await tail.text()).toBe(whole);
  const backwards = await download(gateway, 'nats_0.log', { Range: 'bytes=5-2' });
  expect([backwards.status, await backwards.text()]).toEqual([200, whole]);
  expect((await download(gateway, 'nats_0.log', { Range: 'bytes=-0' })).status).toBe(416);
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
