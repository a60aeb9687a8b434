import { execFile, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lookUpRecord } from '../../../activities/preflight/dns-record.ts';
import type { Command } from '../../../domain/command.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { configurationWith } from '../../domain/document-example.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { freePorts } from '../../support/temporal.ts';
import { until } from '../../support/until.ts';

const FRONT = '10.0.0.1';

const clusterAt = (front: string) => {
  const { components, properties } = configurationWith({ haproxy: [front] });
  return { components, properties: { ...properties, domain: 'cf.test' } };
};

/** What a look finds where control machine and node both ask the name servers at this port; undefined: they have none. */
async function looked(port: number | undefined, front = FRONT, servers: readonly string[] = ['127.0.0.1']) {
  const place = join(temporaryFolder(), 'resolv.conf');
  const lines = port === undefined ? [] : servers.map((server) => `nameserver ${server}\n`);
  writeFileSync(place, `search cf.test\n${lines.join('')}`);
  const env = { ...process.env, RESOLV_CONF: place, DNS_PORT: `${port ?? 1}` };
  const session = {
    read: async ({ text }: Command) => (await promisify(execFile)('sh', ['-c', text], { env })) as never,
  };
  const enter = async (address: string) => {
    if (address === 'silent') throw new Error('it is off');
    return session;
  };
  const asked = servers.map((server) => (port === undefined ? server : `${server}:${port}`));
  const found = await lookUpRecord(clusterAt(front), { addresses: ['silent', '10.0.0.2'], enter }, asked);
  if (found === undefined) throw new Error('nothing was looked up');
  return { ...found, said: found.findings.map(({ what }) => inEnglish(what)) };
}

const hasDnsmasq = spawnSync('dnsmasq', ['--version']).status === 0;

/** Debian's dnsmasq, with nothing but these options. */
const dnsmasq = async (...options: string[]): Promise<number> => dnsmasqAt('127.0.0.1', await freePorts(1), options);

async function dnsmasqAt(address: string, port: number, options: readonly string[]): Promise<number> {
  const plain = ['-k', '-h', '-R', '-C', '/dev/null', '-x', '', '-u', 'root', '--bind-interfaces'];
  const child = spawn('dnsmasq', [...plain, `--port=${port}`, `--listen-address=${address}`, ...options]);
  onTestFinished(() => void child.kill());
  const asked = new Resolver({ timeout: 500, tries: 1 });
  asked.setServers([`${address}:${port}`]);
  const listens = () =>
    asked.resolve4('up.test').then(
      () => true,
      ({ code }: NodeJS.ErrnoException) => code !== 'ECONNREFUSED' && code !== 'ETIMEOUT',
    );
  await until(listens, 'dnsmasq answers');
  return port;
}

describe.skipIf(!hasDnsmasq)(`what dnsmasq says${hasDnsmasq ? '' : ' (left out: it is not installed)'}`, () => {
  it.each([
    ['the record that is printed for dnsmasq', [`--address=/cf.test/${FRONT}`]],
    [
      'an alias of haproxy’s own name',
      [`--address=/cf.test/${FRONT}`, '--cname=api.cf.test,front.test', `--host-record=front.test,${FRONT}`],
    ],
  ])('is right with %s', async (_case, options) => {
    const { dns, findings } = await looked(await dnsmasq(...options));
    expect(dns).toMatchObject({
      record: '*.cf.test. IN A 10.0.0.1',
      dnsmasq: `address=/cf.test/${FRONT}`,
      isThere: true,
    });
    expect(findings).toEqual([]);
  });

  it.each([
    ['is missing', ['--local=/cf.test/'], 'api.cf.test is not known'],
    [
      'is there for api alone',
      ['--local=/cf.test/', `--host-record=api.cf.test,${FRONT}`],
      /^(?!.*api\.cf).*any-\w+\.cf\.test is not known/,
    ],
    ['leads elsewhere', ['--address=/cf.test/10.9.9.9'], 'api.cf.test leads to 10.9.9.9'],
    [
      'leads to a second machine too',
      [`--address=/cf.test/${FRONT}`, '--address=/cf.test/10.9.9.9'],
      'api.cf.test also leads to 10.9.9.9',
    ],
    [
      'has an IPv6 address alone',
      ['--address=/cf.test/fd00::1', '--local=/cf.test/'],
      'api.cf.test has addresses of the other kind alone (fd00::1)',
    ],
    [
      'is another name of nothing',
      ['--local=/test/', '--cname=api.cf.test,front.gone.test'],
      'api.cf.test is another name of front.gone.test, which is not known',
    ],
    ['is refused', [], 'the name servers refuse to say where api.cf.test leads'],
  ])('is told from control machine and node where the name %s', async (_case, options, what) => {
    const { dns, findings, said } = await looked(await dnsmasq(...options));
    expect(dns.isThere).toBe(false);
    const which = what instanceof RegExp ? what : new RegExp(what.replaceAll(/[().]/g, '\\$&'));
    expect(said).toEqual(
      ['the control machine', '10.0.0.2'].map((from) => expect.stringMatching(`asked from ${from}, `)),
    );
    for (const line of said) expect(line).toMatch(which);
    expect(inEnglish(findings[0]?.remedy ?? '')).toBe(
      `add the record *.cf.test. IN A 10.0.0.1 to the zone (BIND), or address=/cf.test/10.0.0.1 (dnsmasq)`,
    );
    expect(findings.map(({ severity }) => severity)).toEqual(['slows', 'slows']);
  });

  it.each(['127.0.0.1', '127.0.0.9'])(
    'is right where another name server refuses, or is silent (%s)',
    async (first) => {
      const port = await dnsmasq();
      await dnsmasqAt('127.0.0.2', port, [`--address=/cf.test/${FRONT}`]);
      expect((await looked(port, FRONT, [first, '127.0.0.2'])).said).toEqual([]);
    },
  );

  it('is asked for IPv6 where haproxy has such an address', async () => {
    const { dns, findings } = await looked(await dnsmasq('--address=/cf.test/fd00::1'), 'fd00::1');
    expect([dns.record, findings]).toEqual(['*.cf.test. IN AAAA fd00::1', []]);
    const { said } = await looked(await dnsmasq(`--address=/cf.test/${FRONT}`, '--local=/cf.test/'), 'fd00::1');
    expect(said[1]).toContain(`api.cf.test has addresses of the other kind alone (${FRONT})`);
  });
});

it('waits three seconds for a name server that is silent', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const before = performance.now();
  const { dns, said } = await looked(socket.address().port);
  expect(performance.now() - before).toBeLessThan(6_000);
  expect(dns.isThere).toBe(false);
  expect(said).toHaveLength(2);
  for (const line of said) expect(line).toContain('no name server says within 3 s where api.cf.test leads');
});

it('says that nobody can be asked where the control machine has no name server, and nothing of a node without', async () => {
  const { said, findings } = await looked(undefined);
  expect(said).toEqual([
    'the control machine has no name server to ask: whether people find the cluster by its names is not known',
  ]);
  expect(findings[0]?.where).toBe('name servers (none)');
});

it('asks nothing without haproxy', async () => {
  const none = { components: { ...clusterAt(FRONT).components, haproxy: [] }, properties: clusterAt(FRONT).properties };
  expect(await lookUpRecord(none, { addresses: [], enter: () => Promise.reject(new Error('asked')) })).toBeUndefined();
});
