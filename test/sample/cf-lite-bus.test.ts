import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRuby, ruby, run } from './run-ruby.ts';

// The release's own bus server, when the release has been built on this machine.
const debs = join(process.env['DEPLOYMENT_ENGINE_CACHE_DIR'] ?? '/var/cache/deployment-engine', 'debs');
const busDeb = existsSync(debs) ? (await readdir(debs)).find((file) => file.startsWith('nats-server_')) : undefined;

describe.skipIf(!hasRuby || busDeb === undefined)('Nats', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cf-lite-bus-'));
    await run('dpkg', ['-x', join(debs, busDeb ?? ''), folder]);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('delivers, shares a queue, replies, and subscribes anew after the server was away', async () => {
    const script = `
      port = Integer(ARGV[1]); config = "#{ARGV[0]}/bus.conf"
      File.write(config, "host: 127.0.0.1\\nport: #{port}\\nauthorization { user: nats, password: secret }\\n")
      serve = -> { Process.spawn("#{ARGV[0]}/usr/sbin/nats-server", '-c', config, %i[out err] => File::NULL) }
      wait = ->(&done) { 200.times { break if done.call; sleep 0.05 } }
      got = Queue.new
      pid = serve.call
      begin
        Timeout.timeout(20) do
          settings = { 'machines' => ['127.0.0.1'], 'port' => port, 'user' => 'nats', 'password' => 'secret' }
          one, two = 2.times.map { CfLite::Nats.new(settings) }
          work = ->(nats, message, reply) { got << message; nats.publish(reply, 'done') }
          [one, two].each { |nats| nats.subscribe('work', queue: 'q') { |*message| work.call(nats, *message) } }
          one.subscribe('inbox') { |message| got << message }
          [one, two].each(&:start)
          wait.call { one.connected? && two.connected? }
          two.publish('work', { 'n' => 1 }, 'inbox')
          before = 2.times.map { got.pop }
          Process.kill('KILL', pid); Process.wait(pid)
          wait.call { !one.connected? && !two.connected? }
          lost = two.publish('work', { 'n' => 2 })
          pid = serve.call
          wait.call { one.connected? && two.connected? }
          two.publish('work', { 'n' => 3 }, 'inbox')
          after = 2.times.map { got.pop }
          answer [before, lost, after, got.size]
        end
      ensure
        Process.kill('KILL', pid)
      end`;
    expect(await ruby(script, folder, String(await freePort()))).toEqual([
      [{ n: 1 }, 'done'],
      false,
      [{ n: 3 }, 'done'],
      0,
    ]);
  });
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
