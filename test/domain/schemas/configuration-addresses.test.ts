import { describe, expect, it } from 'vitest';
import { parseConfiguration, type ParsedConfiguration } from '../../../domain/schemas/configuration.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { DOCUMENT } from '../document-example.ts';
import { problemsOf, withComponents, withProperties } from './configuration-problems.ts';

const componentsOf = ({ configuration }: ParsedConfiguration) => configuration.components;

describe('an address', () => {
  it('is one machine in whatever spelling', () => {
    const parsed = parseConfiguration(withComponents({ nats: ['::FFFF:0a0a:65b5'], dea: ['10.10.101.181'] }));
    expect(componentsOf(parsed)).toMatchObject({ nats: ['10.10.101.181'], dea: ['10.10.101.181'] });
    expect(parsed.document).toMatchObject({ components: { nats: ['::FFFF:0a0a:65b5'] } });
    expect(problemsOf(withComponents({ nats: ['10.10.101.181', '::ffff:10.10.101.181'] }))).toEqual([
      '/components/nats/1: 10.10.101.181 is there twice',
    ]);
    expect(problemsOf(withProperties({ home: '::ffff:10.10.101.180' }), { ownAddresses: ['10.10.101.180'] })).toEqual(
      [],
    );
  });

  it.each([
    ['224.0.0.1', 'is a multicast address, not that of a machine'],
    ['::ffff:239.1.2.3', 'is a multicast address, not that of a machine'],
    ['ff02::1', 'is a multicast address, not that of a machine'],
    ['255.255.255.255', 'is the broadcast address, not that of a machine'],
    ['0.0.0.0', 'is no address of a machine'],
    ['0.1.2.3', 'is no address of a machine'],
    ['::', 'is no address of a machine'],
    ['fe80::1', 'is a link-local address, which means nothing without an interface'],
  ])('%s is refused', (address, message) => {
    expect(problemsOf(withComponents({ nats: [address] }))).toEqual([`/components/nats/0: ${inEnglish(message)}`]);
    expect(problemsOf(withProperties({ home: address }))).toEqual([`/properties/home: ${inEnglish(message)}`]);
  });

  it.each([['10.10.101.255'], ['::ffff:10.10.101.0']])(
    '%s is refused as one of a network of this machine',
    (address) => {
      const context = { ownNetworks: ['127.0.0.1/8', '10.10.101.180/24', 'fd00::1/64'] };
      expect(problemsOf(withComponents({ nats: ['10.10.101.181', address] }), context)).toEqual([
        expect.stringMatching(/^\/components\/nats\/1: names the network 10\.10\.101\.0\/24/) as string,
      ]);
    },
  );

  it.each([
    ['10.10.101.180', 'is this machine, on which the engine runs: '],
    ['::ffff:10.10.101.180', 'is this machine, on which the engine runs: '],
    ['127.0.0.1', 'is a loopback address: '],
    ['::1', 'is a loopback address: '],
  ])('%s is accepted with a warning', (address, beginning) => {
    const { warnings } = parseConfiguration(
      {
        ...withComponents({ NATS: [address] }),
        properties: { ...DOCUMENT.properties, password: 'long enough', root: 'long enough' },
      },
      { ownAddresses: ['127.0.0.1', '10.10.101.180', '::1'] },
    );
    expect(warnings).toEqual([
      { pointer: '/components/NATS/0', message: expect.stringMatching(`^${beginning}`) as string },
    ]);
  });

  it.each(['nats', 'cloud_controller_ng', 'uaa', 'login', 'hm9000', 'collector', 'gorouter', 'dea'])(
    'is one of several for %s',
    (name) => {
      expect(problemsOf(withComponents({ [name]: ['10.0.0.1', '10.0.0.2'] }))).toEqual([]);
    },
  );

  it('is one of at most 1000 for a component', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
    expect(problemsOf(withComponents({ dea: many(1000) }))).toEqual([]);
    expect(problemsOf(withComponents({ dea: many(1001) }))).toEqual(['/components/dea: takes at most 1000 addresses']);
  });
});

it('gives IPv6 addresses their one spelling and returns them as sent', () => {
  const parsed = parseConfiguration(withComponents({ nats: ['FD00:0:0::1'] }));
  expect(componentsOf(parsed).nats).toEqual(['fd00::1']);
  expect(parsed.document).toMatchObject({ components: { nats: ['FD00:0:0::1'] } });
  expect(problemsOf(withComponents({ nats: ['fd00::1', 'FD00:0::0001'] }))).toEqual([
    '/components/nats/1: fd00::1 is there twice',
  ]);
});

it('wants home to be an address of the control machine', () => {
  expect(problemsOf(DOCUMENT, { ownAddresses: ['127.0.0.1', '10.10.101.180'] })).toEqual([]);
  const elsewhere = { ownAddresses: ['127.0.0.1'], mirrorAddresses: ['10.10.101.180', 'fd00:0::1'] };
  expect(problemsOf(DOCUMENT, elsewhere)).toEqual([]);
  expect(problemsOf(withProperties({ home: '127.0.0.1' }), elsewhere)).toEqual([]);
  expect(problemsOf(withProperties({ home: '10.10.101.181' }), elsewhere)).toEqual([
    '/properties/home: must be in DEPLOYMENT_ENGINE_MIRROR_ADDRESSES or an address of this machine: 10.10.101.180, fd00:0::1, 127.0.0.1',
  ]);
  expect(problemsOf(DOCUMENT, { ownAddresses: ['127.0.0.1', 'fd00::1'] })).toEqual([
    '/properties/home: must be an address of this machine: 127.0.0.1, fd00::1',
  ]);
});

it.each(['256.0.0.1', '10.0.0.01', '10.0.0', 'node1', '10.0.0.1/24', 'fe80::1%eth0', ':::', ' 10.0.0.1', '::'])(
  'refuses the address %j',
  (address) => {
    expect(problemsOf(withComponents({ nats: [address] }))).toHaveLength(1);
  },
);
