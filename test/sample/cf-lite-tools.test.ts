import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOURCES, run } from './run-ruby.ts';

describe('the C tools', () => {
  let folder: string;
  const program = (name: string) => join(folder, 'bin', name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cf-lite-tools-'));
    await run('cp', ['-r', join(SOURCES, 'node_tools'), join(folder, 'src')]);
    await run('make', ['-C', join(folder, 'src'), 'install'], { env: { ...process.env, BOSH_INSTALL_TARGET: folder } });
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  const exitCode = (...words: string[]): Promise<number> =>
    new Promise((resolve) => {
      const [name = '', ...rest] = words;
      spawn(program(name), rest, { stdio: 'ignore' }).on('close', (code) => resolve(code ?? -1));
    });

  it('health_probe sees what is up', async () => {
    const server = createHttpServer((incoming, outgoing) =>
      outgoing.writeHead(incoming.url === '/up' ? 200 : 503).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await exitCode('health_probe', 'tcp', address)).toBe(0);
    expect(await exitCode('health_probe', 'http', `${address}/up`)).toBe(0);
    expect(await exitCode('health_probe', 'http', `${address}/down`)).toBe(1);
    server.close();
    expect(await exitCode('health_probe', 'tcp', address)).toBe(1);
    expect(await exitCode('health_probe', 'file', join(folder, 'bin'))).toBe(0);
    expect(await exitCode('health_probe', 'file', join(folder, 'nothing'))).toBe(1);
    expect(await exitCode('health_probe', 'weather', 'x')).toBe(2);
  });

  it('log_relay keeps every line in the file and sends it on, also when nobody is there at first', async () => {
    const file = join(folder, 'relay.log');
    const relay = (address: string, text: string) =>
      new Promise<void>((resolve) => {
        const child = spawn(program('log_relay'), [file, 'uaa', address]);
        child.on('close', () => resolve());
        child.stdin.end(text);
      });
    let seen = '';
    const aggregator = createServer((socket) => socket.on('data', (data) => (seen += String(data))));
    await new Promise<void>((resolve) => aggregator.listen(0, '127.0.0.1', resolve));
    const { port } = aggregator.address() as AddressInfo;
    await relay('127.0.0.1:1', 'nobody there\n');
    await relay(`127.0.0.1:${port}`, 'one\ntwo\nno end');
    await expect
      .poll(() => seen, { timeout: 20_000 })
      .toMatch(/^<14>.* vcap\.uaa: one\n<14>.* vcap\.uaa: two\n<14>.* vcap\.uaa: no end\n$/);
    aggregator.close();
    expect(await readFile(file, 'utf8')).toBe('nobody there\none\ntwo\nno end');
  });
});
