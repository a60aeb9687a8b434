import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { put, root } from '../../support/monit-instance.ts';
import { STATUS } from '../../support/monit-status.ts';

/** What our script says while something listens where monit does, and with which words it has asked. */
async function statusBy(monit: RequestListener): Promise<{ readonly said: string[]; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    monit(request, response);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  rmSync(join(root, 'bin/perl'));
  const script = 'bosh/bin/instance';
  put(script, readFileSync(join(root, script), 'utf8').replaceAll('2822', String(port)));
  const { stdout } = await promisify(execFile)('dash', [join(root, script), 'status', 'nats_0'], {
    env: { ...process.env, http_proxy: 'http://127.0.0.1:1' },
  });
  return { said: stdout.split('\n').slice(0, -1), asked };
}

const SILENT = ['nats monit does not answer', 'nats_stream_forwarder monit does not answer'];

it.each(['vcap:password', 'v:p', 'vcap:pass', 'vcap:0123456789abcdef0123456789abcdef', 'vcap:é~`_{}/+ x'])(
  'asks monit directly, as %j',
  async (user) => {
    put('monit/monit.user', `${user}\n`);
    const { said, asked } = await statusBy((_request, response) => response.end(STATUS));
    expect(said).toEqual(['nats action pending', 'nats_stream_forwarder initializing']);
    expect(asked).toEqual([`GET /_status?format=xml Basic ${Buffer.from(user).toString('base64')}`]);
  },
);

it('says that monit does not answer where the password is lost', async () => {
  rmSync(join(root, 'monit/monit.user'));
  const { said, asked } = await statusBy((_request, response) => void response.writeHead(401).end());
  expect(said).toEqual(SILENT);
  expect(asked).toHaveLength(1);
});

it('takes a refusal for no answer', async () => {
  const { said } = await statusBy((_request, response) => void response.writeHead(401).end(STATUS));
  expect(said).toEqual(SILENT);
});

it('waits five seconds for an answer that does not come', async () => {
  const { said, asked } = await statusBy(() => {});
  expect(said).toEqual(SILENT);
  expect(asked).toHaveLength(1);
});
