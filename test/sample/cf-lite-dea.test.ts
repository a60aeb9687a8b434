import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SOURCES, hasRuby, ruby } from './run-ruby.ts';

// Starts the app that cloud_controller_ng gives to whoever brings none.
const PRELUDE = `
  require 'net/http'
  require 'timeout'
  require 'dea_next/app_instances'
  folder, port, sha1 = ARGV
  wanted = { 'droplet' => 'guid', 'name' => 'hello', 'index' => 0, 'uris' => ['hello.cf.local'], 'sha1' => sha1,
             'executableUri' => "http://user:password@127.0.0.1:#{port}/bits" }
  up = {}
  make = lambda do |place|
    AppInstances.new(place, address: '127.0.0.1', logs: ->(*) {}) { |app, answers| up[app.folder] = answers }
  end
  wait = ->(&done) { Timeout.timeout(20) { sleep 0.05 until done.call } }
  page = ->(app) { Net::HTTP.get('127.0.0.1', '/', app.port).strip }
  instances = make.call(folder)
  first = -> { instances.to_a.first }
  answers = -> { first.call && up[first.call.folder] }
  begin
    instances.start(wanted)
    wait.call(&answers)
`;
const POSTLUDE = '\nensure\n  instances.suspend\nend';

describe.skipIf(!hasRuby)('AppInstances', () => {
  let bits: Buffer;
  let cloudController: Server;
  let folder: string;
  const apps = (script: string): Promise<unknown> => {
    const { port } = cloudController.address() as AddressInfo;
    return ruby(PRELUDE + script + POSTLUDE, folder, String(port), createHash('sha1').update(bits).digest('hex'));
  };

  beforeAll(async () => {
    bits = await readFile(join(SOURCES, 'cloud_controller_ng/default_app.rb'));
    cloudController = createServer((_, answer) => answer.end(bits));
    await new Promise<void>((resolve) => cloudController.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void cloudController.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cf-lite-dea-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('runs an app from its bits, once however often it is asked', async () => {
    const script = 'instances.start(wanted); answer [page.call(first.call), instances.to_a.size]';
    expect(await apps(script)).toEqual(['Hello from hello, instance 0 on 127.0.0.1', 1]);
  });

  it('starts an app again that was killed', async () => {
    const script = `
      before = first.call.memory['pid']
      Process.kill('KILL', before)
      wait.call { first.call.memory['pid'] && first.call.memory['pid'] != before && answers.call }
      answer page.call(first.call)`;
    expect(await apps(script)).toContain('Hello from hello');
  });

  it('keeps the new instance when the old one is still on its way out', async () => {
    const script = `
      old = first.call
      instances.stop('guid', 0..)
      instances.start(wanted)
      wait.call { answers.call && up[old.folder] == false }
      wait.call { !File.exist?(old.folder) }
      answer [first.call.folder != old.folder, page.call(first.call), Dir["#{folder}/app-*"].size]`;
    expect(await apps(script)).toEqual([true, expect.stringContaining('Hello from hello'), 1]);
  });

  it('brings its apps back after its own sudden end, and clears the orphans away', async () => {
    const script = `
      reader, writer = IO.pipe
      killed = fork do
        instances = make.call("#{folder}/killed")
        instances.start(wanted)
        wait.call(&answers)
        writer.puts(first.call.memory['pid'])
        sleep
      end
      orphan = Integer(reader.gets)
      Process.kill('KILL', killed)
      Process.wait(killed)
      alive = !AppInstance.start_ticks(orphan).nil?
      instances.suspend
      instances = make.call("#{folder}/killed")
      instances.bring_back
      settled = instances.settled?
      wait.call(&answers)
      wait.call { instances.settled? }
      wait.call { AppInstance.start_ticks(orphan).nil? }
      answer [alive, settled, page.call(first.call)]`;
    expect(await apps(script)).toEqual([true, false, expect.stringContaining('Hello from hello')]);
  });
});

describe.skipIf(!hasRuby)('Bits', () => {
  it('keeps files in a folder, by digest', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cf-lite-bits-'));
    const script = `
      require 'cloud_controller_ng/bits'
      bits = Bits.open('provider' => 'Local', 'local_root' => ARGV[0], 'folder' => 'packages')
      missing = begin bits.read('0' * 40) rescue Bits::Missing; 'missing' end
      answer [bits.read(bits.write('hello')), missing]`;
    expect(await ruby(script, folder)).toEqual(['hello', 'missing']);
    await rm(folder, { recursive: true });
  });
});
