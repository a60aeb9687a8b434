import { expect, it } from 'vitest';
import { beginRun, type Gateway, line, startGateway } from './gateway.ts';

const LOG_TYPE = 'html/text; charset=utf-8';

async function gatewayWithLogs(): Promise<Gateway> {
  const gateway = await startGateway({ clock: () => Date.UTC(2026, 0, 1, 14, 3, 22) });
  await gateway.store.nodes.ensureNumbers([{ component: 'nats', address: '10.0.0.1' }]);
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
  expect(await answer.json()).toEqual(['local.log', 'nats_0.log']);
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

it.each(['dea_0.log', '../data/engine.db', 'nats_0.log/../local.log', '', 'a b', '{}'])(
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
