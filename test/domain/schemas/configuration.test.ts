import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../domain/schemas/configuration.ts';
import { DOCUMENT, STATUS_EXAMPLE } from '../document-example.ts';
import { problemsOf, withComponents, withProperties } from './configuration-problems.ts';

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

it('wants a disk size that a disk may have', () => {
  expect(problemsOf(withProperties({ disksize: 999_999 }))).toEqual([]);
  expect(problemsOf(withProperties({ disksize: 1_000_000 }))).toEqual([
    '/properties/disksize: must be less than 1000000',
  ]);
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
