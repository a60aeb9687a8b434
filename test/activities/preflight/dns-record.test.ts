import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { lookUpRecord } from '../../../activities/preflight/dns-record.ts';

const FRONT = '10.0.0.1';

/** A name server that knows IPv4 addresses: as `answer` says of a name, undefined = no such name. */
async function nameServer(answer: (name: string) => string | undefined): Promise<Resolver> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 5;
    const labels: string[] = [];
    for (let at = 12; query[at] !== 0; at += (query[at] ?? 0) + 1)
      labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)));
    const found = answer(labels.join('.'));
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(found === undefined ? 0x8183 : 0x8180, 2);
    header.writeUInt16BE(found === undefined ? 0 : 1, 6);
    header.writeUInt32BE(0, 8);
    const record =
      found === undefined
        ? Buffer.alloc(0)
        : Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...found.split('.').map(Number)]);
    socket.send(Buffer.concat([header, query.subarray(12, end), record]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return resolver;
}

const wanted = '*.cf.test. IN A 10.0.0.1';

it('finds the record of every name under the domain', async () => {
  const { dns, findings } = await lookUpRecord('cf.test', FRONT, await nameServer(() => FRONT));
  expect(dns).toMatchObject({ record: wanted, isThere: true });
  expect(findings).toEqual([]);
});

it.each([
  [
    'nobody knows',
    () => undefined,
    /^api\.cf\.test leads to nothing \(ENOTFOUND\), any-\w+\.cf\.test leads to nothing/,
  ],
  ['leads elsewhere', () => '10.9.9.9', /api\.cf\.test leads to 10\.9\.9\.9.* instead of haproxy at 10\.0\.0\.1/],
  [
    'is there for api alone',
    (name: string) => (name.startsWith('api.') ? FRONT : undefined),
    /^any-\w+\.cf\.test leads to nothing/,
  ],
])('prints the record that is missing where the name %s', async (_case, answer, what) => {
  const { dns, findings } = await lookUpRecord('cf.test', FRONT, await nameServer(answer));
  expect(dns.isThere).toBe(false);
  expect(findings).toEqual([
    expect.objectContaining({
      check: 'dns',
      severity: 'slows',
      what: expect.stringMatching(what),
      remedy: `add the record ${wanted}`,
    }),
  ]);
});

it('does not wait for a name server that is silent', async () => {
  const silent = new Resolver({ timeout: 100, tries: 1 });
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  silent.setServers([`127.0.0.1:${socket.address().port}`]);
  const { dns, findings } = await lookUpRecord('cf.test', FRONT, silent);
  expect(dns.isThere).toBe(false);
  expect(findings[0]?.what).toContain('ETIMEOUT');
});

it('asks for an IPv6 record where haproxy has such an address', async () => {
  const { dns } = await lookUpRecord('cf.test', 'fd00::1', await nameServer(() => undefined));
  expect(dns.record).toBe('*.cf.test. IN AAAA fd00::1');
});
