import { describe, expect, it } from 'vitest';
import type { InputError } from '../../../domain/errors.ts';
import { parseConfiguration, type ParsedConfiguration } from '../../../domain/schemas/configuration.ts';
import { readJson } from '../../../domain/schemas/strict-json.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { DOCUMENT, STATUS_EXAMPLE } from '../document-example.ts';

type Context = Parameters<typeof parseConfiguration>[1];

const withProperties = (properties: object) => ({ ...DOCUMENT, properties: { ...DOCUMENT.properties, ...properties } });
const withComponents = (components: object) => ({ ...DOCUMENT, components });

const problemsOf = (document: unknown, context?: Context): string[] => {
  try {
    parseConfiguration(document, context);
  } catch (error) {
    const { code, problems } = error as InputError;
    expect(code).toBe('InvalidConfiguration');
    return problems.map(({ pointer, message }) => `${pointer}: ${inEnglish(message)}`);
  }
  return [];
};

const componentsOf = ({ configuration }: ParsedConfiguration) => configuration.components;

describe('a valid document', () => {
  const { configuration, document, warnings } = parseConfiguration(DOCUMENT);

  it('becomes a configuration', () => {
    expect(configuration.components).toEqual(DOCUMENT.components);
    expect(configuration.external).toEqual({ nats: [] });
    expect(configuration.properties).toMatchObject({
      domain: 'cf.local',
      home: '10.10.101.180',
      diskSize: 15,
      checkDisk: true,
      addUser: true,
      user: 'vcap',
    });
    expect(configuration.properties.password.reveal()).toBe('password');
    expect(configuration.properties.rootPassword.reveal()).toBe('123456');
    expect(configuration.properties.password.name).toBe('user_password');
    expect(configuration.properties.rootPassword.name).toBe('root_password');
  });

  it('comes back as it was sent, secrets masked', () => {
    expect(document).toEqual(withProperties({ password: '********', root: '********' }));
  });

  it('is warned of passwords that are short, or words that logs are full of', () => {
    expect(warnings.map(({ pointer }) => pointer)).toEqual(['/properties/password', '/properties/root']);
    const warningsOf = (password: string) =>
      parseConfiguration(withProperties({ password, root: 'even longer than that' })).warnings;
    expect(['long enough', 'ä234567ö'].map(warningsOf)).toEqual([[], []]);
    for (const weak of ['1234567', 'Password', 'loggregator', '123456789'])
      expect(warningsOf(weak)).toEqual([
        { pointer: '/properties/password', message: expect.stringContaining('is hidden in logs only where') as string },
      ]);
  });
});

describe('the length of a secret', () => {
  it.each([
    ['abc', 'must have at least 4 characters: fewer cannot be hidden in logs'],
    ['', 'must have at least 4 characters: fewer cannot be hidden in logs'],
    ['p'.repeat(1001), 'must have at most 1000 characters'],
    ['p'.repeat(100_000), 'must have at most 1000 characters'],
    [123, 'must have at least 4 characters: fewer cannot be hidden in logs'],
  ])('%j is refused', (root, message) => {
    expect(problemsOf(withProperties({ root }))).toEqual([`/properties/root: ${inEnglish(message)}`]);
  });

  it.each(['abcd', 'ä€😀x', 'p'.repeat(1000), '😀'.repeat(1000), 1234])('%j is accepted', (root) => {
    expect(problemsOf(withProperties({ root }))).toEqual([]);
  });

  it('is warned of where no system keeps it', () => {
    const { warnings } = parseConfiguration(withProperties({ password: 'ä'.repeat(256), root: 'p'.repeat(511) }));
    expect(warnings).toEqual([
      { pointer: '/properties/password', message: expect.stringContaining('has 512 bytes') as string },
    ]);
  });
});

describe('numbers as texts', () => {
  const problems = (properties: string): string[] => {
    const { disksize: _size, root: _root, domain: _domain, ...others } = DOCUMENT.properties;
    const text = JSON.stringify({ ...DOCUMENT, properties: others }).replace(
      '"properties":{',
      `"properties":{${properties},`,
    );
    const { value, respelled } = readJson(text, 'InvalidConfiguration');
    return problemsOf(value, { respelled });
  };
  const QUOTE = 'put it in quotes: as a number it is not the text that was typed';

  it.each([
    ['"Root":12345678901234567890,"disksize":1,"domain":"x"', [`/properties/Root: ${QUOTE}`]],
    ['"root":1e6,"domain":1.50,"disksize":1', [`/properties/domain: ${QUOTE}`, `/properties/root: ${QUOTE}`]],
    ['"root":123456.0,"disksize":15.0,"domain":"x"', [`/properties/root: ${QUOTE}`]],
    ['"root":-0,"disksize":1e1,"domain":"x"', [`/properties/root: ${QUOTE}`]],
    ['"root":9007199254740991,"disksize":1,"domain":"x"', []],
    ['"root":12345.5,"disksize":15.50,"domain":"x"', []],
  ])('%s', (properties, expected) => {
    expect(
      problems(properties).filter((problem) => !problem.includes('DNS name') && !problem.includes('at least 4')),
    ).toEqual(expected);
  });
});

it('wants a disk size that a disk may have', () => {
  expect(problemsOf(withProperties({ disksize: 999_999 }))).toEqual([]);
  expect(problemsOf(withProperties({ disksize: 1_000_000 }))).toEqual([
    '/properties/disksize: must be less than 1000000',
  ]);
});

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

  it('is one of at most 1000 for a component', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
    expect(problemsOf(withComponents({ dea: many(1000) }))).toEqual([]);
    expect(problemsOf(withComponents({ dea: many(1001) }))).toEqual(['/components/dea: takes at most 1000 addresses']);
  });
});

it('takes keys in any case, uua for uaa, and numbers as texts and the reverse', () => {
  const { disksize: _, ...others } = DOCUMENT.properties;
  const { configuration, document } = parseConfiguration({
    Components: { Uua: ['10.0.0.1'], NATS: ['10.0.0.2'] },
    PROPERTIES: { ...others, DiskSize: '15.5', checkdisk: '0', root: 123_456 },
  });
  expect(configuration.components).toMatchObject({ uaa: ['10.0.0.1'], nats: ['10.0.0.2'], dea: [] });
  expect(configuration.properties).toMatchObject({ diskSize: 15.5, checkDisk: false });
  expect(configuration.properties.rootPassword.reveal()).toBe('123456');
  expect(document).toMatchObject({
    components: { uaa: ['10.0.0.1'], nats: ['10.0.0.2'] },
    properties: { disksize: '15.5', checkdisk: '0', root: '********' },
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

describe('masked secrets', () => {
  const masked = withProperties({ password: '********', root: '********' });

  it('keep their stored value', () => {
    const { configuration: previous } = parseConfiguration(DOCUMENT);
    const { configuration, document } = parseConfiguration(masked, { previous });
    expect(configuration.properties.password.reveal()).toBe('password');
    expect(configuration.properties.rootPassword.reveal()).toBe('123456');
    expect(document).toEqual(masked);
  });

  it('are refused when nothing is stored', () => {
    expect(problemsOf(masked)).toEqual([
      '/properties/password: is masked, but no earlier configuration holds its value',
      '/properties/root: is masked, but no earlier configuration holds its value',
    ]);
  });
});

it('allows external nats only without nats of its own', () => {
  const external = { nats: ['10.9.9.9'] };
  const attached = parseConfiguration({ ...withComponents({ dea: ['10.0.0.1'] }), external });
  expect(attached.configuration.external).toEqual(external);
  expect(problemsOf({ ...DOCUMENT, external })).toEqual([
    '/external/nats: the cluster has nats of its own: give only one of them',
  ]);
});

it.each([
  ['configuration', DOCUMENT.components],
  ['status', STATUS_EXAMPLE],
])("takes the document's %s example", (_name, components) => {
  const { configuration } = parseConfiguration({ ...DOCUMENT, components });
  expect(configuration.components).toMatchObject(components);
});

describe('the password of external nats', () => {
  const attached = (external: object) => ({ ...withComponents({ dea: ['10.0.0.1'] }), external });

  it('is a secret that a mask keeps', () => {
    const sent = attached({ nats: ['10.9.9.9'], nats_password: 'of-the-other-cluster' });
    const { configuration: previous, document, warnings } = parseConfiguration(sent);
    expect(previous.external.natsPassword?.reveal()).toBe('of-the-other-cluster');
    expect(document).toEqual(expect.objectContaining({ external: { nats: ['10.9.9.9'], nats_password: '********' } }));
    expect(JSON.stringify(previous)).not.toContain('of-the-other-cluster');
    expect(warnings.map(({ pointer }) => pointer)).not.toContain('/external/nats');
    expect(parseConfiguration(document, { previous }).configuration.external.natsPassword?.reveal()).toBe(
      'of-the-other-cluster',
    );
  });

  it('is asked for by a warning', () => {
    const { warnings } = parseConfiguration(attached({ nats: ['10.9.9.9'] }));
    expect(warnings).toContainEqual({ pointer: '/external/nats', message: expect.stringContaining('nats_password') });
  });

  it('is refused without their addresses, as a mask of nothing, and as a number', () => {
    expect(problemsOf(attached({ nats_password: 'of-nobody' }))).toEqual([
      '/external/nats_password: goes with addresses in external nats',
    ]);
    expect(problemsOf(attached({ nats: ['10.9.9.9'], nats_password: '********' }))).toEqual([
      '/external/nats_password: is masked, but no earlier configuration holds its value',
    ]);
    expect(problemsOf(attached({ nats: ['10.9.9.9'], nats_password: 'abc' }))).toEqual([
      '/external/nats_password: must have at least 4 characters: fewer cannot be hidden in logs',
    ]);
  });
});

it('wants home to be an address of the control machine', () => {
  expect(problemsOf(DOCUMENT, { ownAddresses: ['127.0.0.1', '10.10.101.180'] })).toEqual([]);
  expect(problemsOf(DOCUMENT, { ownAddresses: ['127.0.0.1', 'fd00::1'] })).toEqual([
    '/properties/home: must be an address of this machine: 127.0.0.1, fd00::1',
  ]);
});

it('names all problems at once, under the keys that were sent', () => {
  const problems = problemsOf({
    Components: { haproxi: [], uaa: ['10.0.0.1', '10.0.0.1'], UUA: [], etcd: ['10.0.0.1', '10.0.0.2', 'x'] },
    properties: {
      Domain: 'a..b',
      disksize: 0,
      checkdisk: 2,
      adduser: true,
      user: 'root',
      password: 'a\u0007bcd',
      root: '',
    },
    extern: {},
  });
  expect(problems.toSorted()).toEqual([
    '/Components/UUA: means the same as uaa: give only one of them',
    '/Components/etcd/2: must be an IPv4 or IPv6 address',
    '/Components/etcd: takes at most one address',
    '/Components/haproxi: unknown; did you mean haproxy?',
    '/Components/uaa/1: 10.0.0.1 is there twice',
    '/extern: unknown; did you mean external?',
    '/properties/Domain: must be a DNS name such as cf.local',
    '/properties/adduser: must be 0 or 1',
    '/properties/checkdisk: must be 0 or 1',
    '/properties/disksize: must be more than 0',
    '/properties/home: is missing',
    '/properties/password: must not hold control characters',
    '/properties/root: must have at least 4 characters: fewer cannot be hidden in logs',
    '/properties/user: must not be root: components are installed as another user',
  ]);
});

it.each<[string, unknown, string[]]>([
  ['nothing', null, [': must be an object']],
  ['a list', [], [': must be an object']],
  ['an empty object', {}, ['/components: is missing', '/properties: is missing']],
  ['no component', withComponents({}), ['/components: at least one component needs an address']],
  ['empty components', withComponents({ nats: [] }), ['/components: at least one component needs an address']],
  [
    'a text for a list',
    withComponents({ nats: '10.0.0.1', dea: ['10.0.0.2'] }),
    ['/components/nats: must be a list of addresses'],
  ],
  [
    'a null for a list',
    withComponents({ nats: null, dea: ['10.0.0.2'] }),
    ['/components/nats: must be a list of addresses'],
  ],
  ['every machine', withComponents({ nats: ['0.0.0.0'] }), ['/components/nats/0: is no address of a machine']],
  [
    'a line separator in a key',
    { ...DOCUMENT, 'a\u2028': 1 },
    ['/a\u2028: unknown; did you mean external?', ': has a key with control characters'],
  ],
  ['half a character', withProperties({ root: 'xyz\ud800' }), ['/properties/root: must not hold control characters']],
])('refuses %s', (_what, document, problems) => {
  expect(problemsOf(document)).toEqual(problems);
});

it.each(['haproxy', 'nfs_server', 'database', 'etcd', 'loggregator', 'syslog_aggregator'])('allows one %s', (name) => {
  expect(problemsOf(withComponents({ [name]: ['10.0.0.1'] }))).toEqual([]);
  expect(problemsOf(withComponents({ [name]: ['10.0.0.1', '10.0.0.2'] }))).toEqual([
    `/components/${name}: takes at most one address`,
  ]);
});

it.each(['256.0.0.1', '10.0.0.01', '10.0.0', 'node1', '10.0.0.1/24', 'fe80::1%eth0', ':::', ' 10.0.0.1', '::'])(
  'refuses the address %j',
  (address) => {
    expect(problemsOf(withComponents({ nats: [address] }))).toHaveLength(1);
  },
);

it.each(['cf.local', 'local', 'a-b.example', '9cf.example', 'CF.Local', `${'a'.repeat(63)}.x`])(
  'allows the domain %j',
  (domain) => {
    expect(parseConfiguration(withProperties({ domain })).configuration.properties.domain).toBe(domain.toLowerCase());
  },
);

it.each([
  '',
  '-a.x',
  'a-.x',
  'a_b.x',
  'a..x',
  'x.',
  '10.0.0.1',
  'a b',
  '*.x',
  `${'a'.repeat(64)}.x`,
  'ab.'.repeat(80) + 'x',
  12,
])('refuses the domain %j', (domain) => {
  expect(problemsOf(withProperties({ domain }))[0]).toMatch(/^\/properties\/domain: must/);
});

it.each(['root', '-a', '1a', 'a b', 'a:b', 'a/b', '', 'a'.repeat(33), '$(reboot)'])('refuses the user %j', (user) => {
  expect(problemsOf(withProperties({ user }))[0]).toMatch(/^\/properties\/user: must/);
});

it.each(['daemon', 'nobody', 'www-data', 'sshd', '_apt', 'systemd-network'])(
  'refuses the user %s, which is an account of the system',
  (user) => {
    expect(problemsOf(withProperties({ user }))).toEqual([
      `/properties/user: must not be ${user}: Debian and Ubuntu have that account for a system service`,
    ]);
  },
);

it.each(['vcap', 'ubuntu', 'debian', 'admin', 'operator', 'daemons'])('takes the user %s', (user) => {
  expect(problemsOf(withProperties({ user }))).toEqual([]);
});

it.each(['9'.repeat(400), 1e300])('refuses a disk size that no disk has: %s', (disksize) => {
  expect(problemsOf(withProperties({ disksize }))).toEqual(['/properties/disksize: must be less than 1000000']);
});

it.each([0, -1, '0', '-1', 'fifteen', '', ' 15', '1e3', true, null, [15]])('refuses the disk size %j', (disksize) => {
  expect(problemsOf(withProperties({ disksize }))[0]).toMatch(/^\/properties\/disksize: must be/);
});
