import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../support/until.ts';
import { beginRun, endRun, type Gateway, line, startGateway } from '../gateway.ts';

interface Reader {
  readonly socket: WebSocket;
  readonly frames: string[];
  readonly closed: Promise<number>;
}

async function read({ url }: Gateway, query = '', headers: Record<string, string> = {}): Promise<Reader> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/deployment-engine/log${query}`, { headers });
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => frames.push(data.toString()));
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return { socket, frames, closed };
}

/** The answer before the upgrade. */
async function refusal({ url }: Gateway, query: string, headers: Record<string, string> = {}): Promise<unknown> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/deployment-engine/log${query}`, { headers });
  const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, NodeJS.ReadableStream];
  let body = '';
  for await (const chunk of answer) body += String(chunk);
  return JSON.parse(body);
}

const texts = (frames: readonly string[]): string[] => frames.map((frame) => frame.replace(/^(\[.*?\]) \S+ /, '$1 '));

async function gatewayWithRun(): Promise<Gateway> {
  const gateway = await startGateway();
  await beginRun(gateway, 'first');
  await gateway.store.log.append(1, [line('one', '10.0.0.1'), line('<two> & "2"', 'nats_0'), line('three')]);
  return gateway;
}

it('shows the current run from its first line, then what follows, until the client leaves', async () => {
  const gateway = await gatewayWithRun();
  const { frames, socket, closed } = await read(gateway);
  await until(() => frames.length === 3, 'the lines so far');
  await gateway.store.log.append(1, [line('four')]);
  await until(() => frames.length === 4, 'the new line');
  expect(texts(frames)).toEqual(['[10.0.0.1] one', '[nats_0] &lt;two&gt; &amp; "2"', '[local] three', '[local] four']);
  expect(frames[0]).toMatch(/^\[10\.0\.0\.1\] \d\d:\d\d:\d\d one$/);
  socket.close();
  await closed;
});

it('ends with the run when asked to', async () => {
  const gateway = await gatewayWithRun();
  const { frames, closed } = await read(gateway, '?run=1&until=end&format=raw');
  await endRun(gateway, 1);
  expect(await closed).toBe(1000);
  expect(texts(frames)).toEqual(['[10.0.0.1] one', '[nats_0] <two> & "2"', '[local] three', '[local] deploy 1 OK']);
});

it('goes on after a line, or with one stream', async () => {
  const gateway = await gatewayWithRun();
  await endRun(gateway, 1);
  const rest = await read(gateway, '?run=1&from=2&until=end&format=json');
  await rest.closed;
  expect(rest.frames.map((frame) => JSON.parse(frame) as unknown)).toMatchObject([
    { seq: 3, run: 1, stream: 'local', level: 'info', step: null, line: 'three' },
    { seq: 4, line: 'deploy 1 OK' },
  ]);
  const stream = await read(gateway, '?run=1&stream=nats_0&until=end&format=raw');
  await stream.closed;
  expect(texts(stream.frames)).toEqual(['[nats_0] <two> & "2"']);
});

it('shows the last 1000 lines of a run that is over, then the next run', async () => {
  const gateway = await startGateway();
  await beginRun(gateway, 'first');
  const many = Array.from({ length: 1500 }, (_, index) => line(`line ${index + 1}`));
  await gateway.store.log.append(1, many);
  await endRun(gateway, 1);
  const { frames } = await read(gateway, '?format=raw');
  await until(() => frames.length === 1000, 'the last lines');
  expect(texts(frames)[0]).toBe('[local] line 502');
  await beginRun(gateway, 'second');
  await gateway.store.log.append(2, [line('of the second run')]);
  await until(() => frames.length === 1001, 'the next run');
  expect(texts(frames).at(-1)).toBe('[local] of the second run');
});

it('shows a long current run from its first line', async () => {
  const gateway = await startGateway();
  await beginRun(gateway, 'first');
  await gateway.store.log.append(
    1,
    Array.from({ length: 1500 }, (_, index) => line(`line ${index + 1}`)),
  );
  const { frames } = await read(gateway, '?format=raw');
  await until(() => frames.length === 1500, 'all lines');
  expect(texts(frames)[0]).toBe('[local] line 1');
});

it('ends for its readers when its workflow was terminated', async () => {
  const gateway = await gatewayWithRun();
  gateway.cluster.isRunning = () => Promise.resolve(false);
  const { frames, closed } = await read(gateway, '?run=1&until=end&format=raw');
  expect(await closed).toBe(1000);
  expect(texts(frames).at(-1)).toMatch(/ deploy 1 TERMINATED$/);
});

it('waits for the first run', async () => {
  const gateway = await startGateway();
  const { frames } = await read(gateway);
  await beginRun(gateway, 'first');
  await gateway.store.log.append(1, [line('one')]);
  await until(() => frames.length === 1, 'the first line');
});

it('serves a slow reader everything, in order, each line once', async () => {
  const gateway = await startGateway();
  await beginRun(gateway, 'first');
  const { frames, socket, closed } = await read(gateway, '?run=1&until=end&format=json');
  socket.pause();
  for (let batch = 0; batch < 20; batch++)
    await gateway.store.log.append(
      1,
      Array.from({ length: 500 }, (_, index) => line(`${batch}/${index} ${'x'.repeat(200)}`)),
    );
  await endRun(gateway, 1);
  socket.resume();
  await closed;
  expect(frames.map((frame) => (JSON.parse(frame) as { seq: number }).seq)).toEqual(
    Array.from({ length: 10_001 }, (_, index) => index + 1),
  );
});

it('refuses before the upgrade', async () => {
  const gateway = await gatewayWithRun();
  expect(await refusal(gateway, '?run=2')).toMatchObject({ code: 'RunNotFound', status: 404 });
  expect(await refusal(gateway, '?from=x')).toMatchObject({ code: 'InvalidRequest', status: 400 });
  expect(await refusal(gateway, '?form=raw')).toMatchObject({ errors: [{ pointer: '/form' }] });
  expect(await refusal(gateway, '', { Origin: 'http://evil.example' })).toMatchObject({ code: 'ForeignOrigin' });
  expect(await refusal(gateway, '', { Host: 'rebound.example' })).toMatchObject({ code: 'ForeignOrigin' });
});

it('says first which lines are gone', async () => {
  let now = 1_000;
  const gateway = await startGateway({ clock: () => now });
  await gateway.store.nodes.ensureNumbers([{ component: 'nats', address: '10.0.0.1' }]);
  await beginRun(gateway, 'first');
  await gateway.store.log.append(1, [line('one'), line('two', 'nats_0'), line('three')]);
  await endRun(gateway, 1);
  now = 5_000;
  await beginRun(gateway, 'second');
  await gateway.store.log.append(2, [line('of the second run')]);
  await endRun(gateway, 2);
  await gateway.store.log.forget(4_000);
  const all = async (query: string): Promise<string[]> => {
    const { frames, closed } = await read(gateway, query);
    await closed;
    return texts(frames);
  };
  const end = '[local] deploy 1 OK';
  expect(await all('?run=1&until=end')).toEqual(['gap: 1-3', end]);
  expect(await all('?run=1&from=1&until=end&format=raw')).toEqual(['gap: 2-3', end]);
  expect(await all('?run=1&from=3&until=end')).toEqual([end]);
  expect(await all('?run=1&stream=nats_0&until=end')).toEqual(['gap: 1-3']);
  const [gap, last] = (await all('?run=1&until=end&format=json')).map((frame) => JSON.parse(frame) as unknown);
  expect(gap).toEqual({ seq: 3, time: null, run: 1, stream: 'local', level: 'warn', step: null, line: 'gap: 1-3' });
  expect(last).toMatchObject({ seq: 4, line: 'deploy 1 OK' });
  expect(await all('?run=2&until=end')).toEqual(['[local] of the second run', '[local] deploy 2 OK']);
});

it('ends with the token of its reader, also at an address that has to wait', async () => {
  const gateway = await startGateway({ env: { DEPLOYMENT_ENGINE_AUTH: 'tokens' } });
  const expiresAt = Date.now() + 3_600_000;
  const { token, text } = await gateway.store.tokens.create({ name: 'ops', scope: 'viewer', expiresAt });
  const { closed } = await read(gateway, '', { Authorization: `Bearer ${text}` });
  for (let tries = 0; tries < 31; tries += 1)
    await gateway.fetch('/deployment-engine/runs', { headers: { Authorization: `Bearer wrong-${tries}` } });
  await gateway.store.tokens.revoke(token.id);
  expect(await closed).toBe(1008);
}, 20_000);

it('ignores what a client says, and closes on frames that are too large', async () => {
  const gateway = await gatewayWithRun();
  const { socket, frames, closed } = await read(gateway);
  socket.send('hello');
  await until(() => frames.length === 3, 'the lines');
  socket.send('x'.repeat(5000));
  expect(await closed).toBe(1009);
});

it('answers a plain request with how to read the log', async () => {
  const gateway = await gatewayWithRun();
  const answer = await gateway.fetch('/deployment-engine/log');
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('WebSocket');
});

it('knows no stream that nothing writes', async () => {
  const gateway = await gatewayWithRun();
  await gateway.store.nodes.ensureNumbers([{ component: 'uaa', address: '10.0.0.7' }]);
  expect(await refusal(gateway, '?stream=xx&until=end')).toMatchObject({
    status: 404,
    code: 'LogNotFound',
    detail: expect.stringMatching(/no stream xx: streams are local/),
  });
  for (const stream of ['local', 'nats_0', '10.0.0.1', 'uaa_0', '10.0.0.7']) {
    const { socket, closed } = await read(gateway, `?stream=${stream}`);
    socket.close();
    await closed;
  }
});

it('takes a client that leaves while lines are on their way for no fault of its own', async () => {
  const written: string[] = [];
  const gateway = await startGateway({ log: pino({}, { write: (text: string) => void written.push(text) }) });
  await beginRun(gateway, 'first');
  await gateway.store.log.append(1, [line('one')]);
  // The end of the connection comes with its beginning.
  const bytes = [
    'GET /deployment-engine/log HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    '',
    '\x88\x80\0\0\0\0',
  ].join('\r\n');
  // It keeps its side of the connection.
  const socket = connect({ port: Number(new URL(gateway.url).port), host: '127.0.0.1', allowHalfOpen: true });
  socket.write(bytes, 'latin1');
  await once(socket.resume(), 'end');
  // Another reader gets the line after that one.
  const { frames } = await read(gateway);
  await until(() => frames.length === 1, 'the line');
  socket.destroy();
  expect(written.filter((text) => text.includes('failed'))).toEqual([]);
});
