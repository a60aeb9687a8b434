import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { hasRuby, ruby } from './run-ruby.ts';

describe.skipIf(!hasRuby)('RouteTable', () => {
  const table = `require 'gorouter/route_table'; now = 0; table = RouteTable.new(clock: -> { now })
    one = { 'host' => '10.0.0.1', 'port' => 80, 'uris' => ['Hello.cf.local'] }; two = one.merge('host' => '10.0.0.2')
    table.register(one); table.register(two);`;

  it('gives all addresses of a host, each in its turn', async () => {
    const script = "answer 2.times.map { table.lookup('hello.cf.local').first.first }.sort";
    expect(await ruby(table + script)).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('takes turns for each host, whatever else is asked between', async () => {
    const script = `table.register(one.merge('uris' => ['other.local']))
      answer 4.times.map { table.lookup('other.local'); table.lookup('hello.cf.local').first.first }.tally`;
    expect(await ruby(table + script)).toEqual({ '10.0.0.1': 2, '10.0.0.2': 2 });
  });

  it('forgets what is not repeated', async () => {
    const script = "now = 119; table.register(two); now = 121; table.prune; answer table.lookup('hello.cf.local')";
    expect(await ruby(table + script)).toEqual([['10.0.0.2', 80]]);
  });

  it('forgets what is taken back', async () => {
    expect(await ruby(`${table} table.unregister(one); table.unregister(two); answer table.to_h`)).toEqual({});
  });
});

describe.skipIf(!hasRuby)('HealthReport', () => {
  const report = async (desired: object, actual: object): Promise<unknown> => {
    const script =
      "require 'hm9000/health_report'; r = HealthReport.new(*JSON.parse(ARGV[0])); answer [r.missing, r.extra]";
    return ruby(script, JSON.stringify([desired, actual]));
  };
  const wanted = (instances: number, state = 'STARTED') => ({ a: { instances, state } });
  const beat = (index: number) => ({ droplet: 'a', index, state: 'RUNNING' });

  it.each([
    ['nothing when all run', wanted(2), { dea0: [beat(0)], dea1: [beat(1)] }, [[], []]],
    [
      'instances that no machine has',
      wanted(3),
      { dea0: [beat(1)] },
      [
        [
          ['a', 0],
          ['a', 2],
        ],
        [],
      ],
    ],
    ['second copies', wanted(1), { dea0: [beat(0)], dea1: [beat(0)] }, [[], [['dea1', 'a', 0]]]],
    [
      'second copies where most of the application is',
      wanted(2),
      { dea0: [beat(0), beat(1)], dea1: [beat(0), beat(1)], dea2: [] },
      [
        [],
        [
          ['dea1', 'a', 0],
          ['dea0', 'a', 1],
        ],
      ],
    ],
    [
      'the copy that does not run, but not while one still starts',
      { ...wanted(1), b: { instances: 1, state: 'STARTED' } },
      {
        dea0: [
          { ...beat(0), state: 'STARTING' },
          { ...beat(0), droplet: 'b', state: 'CRASHED' },
        ],
        dea1: [beat(0), { ...beat(0), droplet: 'b' }],
      },
      [[], [['dea0', 'b', 0]]],
    ],
    ['instances beyond the wanted number', wanted(1), { dea0: [beat(0), beat(1)] }, [[], [['dea0', 'a', 1]]]],
    ['instances of a stopped app', wanted(1, 'STOPPED'), { dea0: [beat(0)] }, [[], [['dea0', 'a', 0]]]],
    ['instances of an unknown app', {}, { dea0: [beat(0)] }, [[], [['dea0', 'a', 0]]]],
  ])('finds %s', async (_, desired, actual, expected) => {
    expect(await report(desired, actual)).toEqual(expected);
  });
});

describe.skipIf(!hasRuby)('DeaPool', () => {
  const pool = `require 'cloud_controller_ng/dea_pool'; now = 0; pool = DeaPool.new(clock: -> { now })
    pool.advertise('dea' => 'one', 'droplets' => { 'a' => 1, 'b' => 1 })
    pool.advertise('dea' => 'two', 'droplets' => { 'a' => 2 })
    pool.advertise('dea' => 'three', 'droplets' => { 'a' => 1 });`;

  it.each([
    [
      'gives an instance to whoever has the fewest of it, and counts it',
      "4.times.map { pool.pick('a') }",
      'three one three two',
    ],
    ['then to whoever has the fewest at all', "2.times.map { pool.pick('c') }", 'three one'],
    ['asks nobody who has left', "pool.withdraw('dea' => 'three'); [pool.pick('a')]", 'one'],
    ['asks nobody who is silent', "now = 13; [pool.pick('a').inspect]", 'nil'],
  ])('%s', async (_, script, expected) => {
    expect(await ruby(`${pool} answer((${script}).join(' '))`)).toBe(expected);
  });
});

describe.skipIf(!hasRuby)('Proxy', () => {
  let application: Server;
  afterEach(() => void application.close());

  it('passes bodies on, and answers piece by piece', async () => {
    application = createServer((incoming, outgoing) => {
      let bytes = 0;
      incoming.on('data', (piece: Buffer) => (bytes += piece.length));
      incoming.on('end', () => {
        outgoing.write(`${incoming.method} ${bytes} `);
        setImmediate(() => outgoing.end(String(incoming.headers['x-forwarded-for'])));
      });
    });
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    const { port } = application.address() as AddressInfo;
    const script = `require 'gorouter/proxy'; require 'gorouter/route_table'
      table = RouteTable.new
      table.register('host' => '127.0.0.1', 'port' => Integer(ARGV[0]), 'uris' => ['app.local'])
      table.register('host' => '127.0.0.1', 'port' => 1, 'uris' => ['away.local'])
      server = TCPServer.new('127.0.0.1', 0)
      proxy = Proxy.new(table, patience: 5)
      Thread.new { loop { Thread.new(server.accept) { |client| proxy.serve(client) } } }
      ask = lambda do |host, body, chunked: false|
        Net::HTTP.start('127.0.0.1', server.addr[1]) do |http|
          headers = { 'Host' => host, 'Expect' => '100-continue', 'X-Forwarded-For' => '10.9.8.7' }
          request = Net::HTTP::Post.new('/', headers)
          request.body_stream = StringIO.new(body)
          chunked ? request['Transfer-Encoding'] = 'chunked' : request.content_length = body.bytesize
          answer = http.request(request)
          [answer.code, answer.body.strip]
        end
      end
      answer [ask.call('app.local:80', 'x' * 100_000), ask.call('APP.local', 'y' * 70_000, chunked: true),
              ask.call('nobody.local', '').first, ask.call('away.local', '').first]`;
    expect(await ruby(script, String(port))).toEqual([
      ['200', 'POST 100000 10.9.8.7, 127.0.0.1'],
      ['200', 'POST 70000 10.9.8.7, 127.0.0.1'],
      '404',
      '502',
    ]);
  });

  it('asks again for an address that was out of reach a moment ago', async () => {
    application = createServer((_, outgoing) => void outgoing.end('back'));
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    const { port } = application.address() as AddressInfo;
    const script = `require 'gorouter/proxy'; require 'gorouter/route_table'
      unreachable = [Errno::EHOSTUNREACH] * 2
      Socket.singleton_class.prepend(Module.new do
        define_method(:tcp) { |*given, **named| unreachable.empty? ? super(*given, **named) : raise(unreachable.shift) }
      end)
      table = RouteTable.new
      table.register('host' => '127.0.0.1', 'port' => Integer(ARGV[0]), 'uris' => ['app.local'])
      server = TCPServer.new('127.0.0.1', 0)
      proxy = Proxy.new(table, patience: 5)
      Thread.new { proxy.serve(server.accept) }
      asked = TCPSocket.new('127.0.0.1', server.addr[1])
      asked.write("GET / HTTP/1.1\\r\\nHost: app.local\\r\\n\\r\\n")
      answer [asked.read.lines.last, table.lookup('app.local').size]`;
    expect(await ruby(script, String(port))).toEqual(['back', 1]);
  });

  it('answers whom it has taken before it ends, and takes nobody any more', async () => {
    application = createServer((_, outgoing) => void setTimeout(() => outgoing.end('late'), 1500));
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    const { port } = application.address() as AddressInfo;
    const script = `require 'gorouter/proxy'; require 'gorouter/route_table'
      table = RouteTable.new
      table.register('host' => '127.0.0.1', 'port' => Integer(ARGV[0]), 'uris' => ['app.local'])
      listener = TCPServer.new('127.0.0.1', 0)
      port = listener.addr[1]
      proxy = Proxy.new(table, patience: 5)
      taking = Thread.new { proxy.take_from(listener) }
      request = Net::HTTP::Get.new('/', 'Host' => 'app.local')
      asking = Thread.new { Net::HTTP.start('127.0.0.1', port) { |http| http.request(request).body } }
      sleep 0.01 until proxy.counts[:requests] == 1
      proxy.finish(listener)
      refused = begin TCPSocket.new('127.0.0.1', port) && false rescue Errno::ECONNREFUSED; true end
      answer [asking.join(1)&.value, refused, taking.join(1) == taking]`;
    expect(await ruby(script, String(port))).toEqual(['late', true, true]);
  });
});
