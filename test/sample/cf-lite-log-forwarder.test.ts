import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasRuby, ruby } from './run-ruby.ts';

describe.skipIf(!hasRuby)('LogFiles', () => {
  it('sends whole new lines once, also when nobody listens at first, and begins anew with a file that was emptied', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cf-lite-logs-'));
    const script = `require 'log_forwarder/log_files'
      file = "#{ARGV[0]}/uaa.log"
      File.write(file, "old\n")
      reserved = TCPServer.new('127.0.0.1', 0)
      port = reserved.addr[1]
      reserved.close
      files = LogFiles.new("#{ARGV[0]}/*.log", '127.0.0.1', port)
      File.write(file, "one\ntw", mode: 'a')
      refused = begin files.send_news rescue Errno::ECONNREFUSED; 'refused' end
      server = TCPServer.new('127.0.0.1', port)
      take = -> { files.send_news; server.accept.read.lines.map { |line| line[/vcap.*/m] } }
      first = take.call
      File.write(file, "o\n", mode: 'a')
      second = take.call
      File.write(file, "new\n")
      answer [refused, first, second, take.call, files.send_news]`;
    expect(await ruby(script, folder)).toEqual([
      'refused',
      ['vcap.uaa: one\n'],
      ['vcap.uaa: two\n'],
      ['vcap.uaa: new\n'],
      null,
    ]);
    await rm(folder, { recursive: true });
  });
});

describe.skipIf(!hasRuby)('LogServers', () => {
  it('gives each server in its turn, and none when none is known', async () => {
    const script = `require 'log_forwarder/log_servers'
      servers = LogServers.new([])
      none = servers.next
      servers.replace(%w[b a])
      answer [none, 3.times.map { servers.next }]`;
    expect(await ruby(script)).toEqual([null, ['b', 'a', 'b']]);
  });
});
