import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../support/until.ts';
import { beginRun, expectDescribed, type Gateway, line, startGateway } from '../gateway.ts';
import { gatewayWithRun, read } from './log-reader.ts';

/** The answer before the upgrade. */
async function refusal({ url }: Gateway, query: string, headers: Record<string, string> = {}): Promise<unknown> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/deployment-engine/log${query}`, { headers });
  const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  let body = '';
  for await (const chunk of answer) body += String(chunk);
  const { statusCode: status = 0, headers: told } = answer;
  const sent = new Headers(Object.entries(told).map(([name, value]) => [name, String(value)]));
  expectDescribed({ method: 'GET', path: '/deployment-engine/log', status, headers: sent, text: body });
  return JSON.parse(body);
}

it('refuses before the upgrade', async () => {
  const gateway = await gatewayWithRun();
  expect(await refusal(gateway, '?run=2')).toMatchObject({ code: 'RunNotFound', status: 404 });
  expect(await refusal(gateway, '?from=x')).toMatchObject({ code: 'InvalidRequest', status: 400 });
  expect(await refusal(gateway, '?form=raw')).toMatchObject({ errors: [{ pointer: '/form' }] });
  expect(await refusal(gateway, '', { Origin: 'http://evil.example' })).toMatchObject({ code: 'ForeignOrigin' });
  expect(await refusal(gateway, '', { Host: 'rebound.example' })).toMatchObject({ code: 'ForeignOrigin' });
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
});

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
  expect(await refusal(gateway, '?stream=%00&until=end')).toMatchObject({ status: 404, code: 'LogNotFound' });
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
