import { describe, expect, it } from 'vitest';
import { allocatePorts } from '../../../domain/manifest/allocate-ports.ts';
import { Secret } from '../../../domain/secret.ts';
import { cfLite170 } from '../../../domain/versions/cf-lite.ts';
import { v160 } from '../../../domain/versions/v160.ts';
import { v170 } from '../../../domain/versions/v170.ts';
import { v194 } from '../../../domain/versions/v194.ts';
import type { ReleaseVersion } from '../../../domain/versions/version.ts';
import { configurationWith, DOCUMENT, FOUR_NODES, instancesIn } from '../document-example.ts';
import { documented, manifestOf, secrets } from './manifest-of.ts';

describe('the job of the instance', () => {
  it('has the component as its name and only its own address', () => {
    const { name, jobs } = manifestOf('nats/1', documented);
    expect(name).toBe('cf');
    expect(jobs).toEqual([
      {
        name: 'nats',
        release: 'cf',
        template: ['nats', 'nats_stream_forwarder'],
        instances: 1,
        networks: [{ name: 'default', static_ips: ['10.10.101.183'] }],
        properties: {},
      },
    ]);
  });

  it('is the main job alone in the sample release', () => {
    const { name, jobs } = manifestOf('cloud_controller_ng/0', documented, { version: cfLite170 });
    expect(name).toBe('cf-lite');
    expect(jobs[0]?.template).toEqual(['cloud_controller_ng']);
  });
});

it('keeps what is only for the nodes out of the manifest', () => {
  const text = JSON.stringify(manifestOf('dea/0', documented));
  expect(text).not.toContain('canary');
  expect(text).not.toContain('10.10.101.180');
  expect(Object.keys(manifestOf('dea/0', documented).properties)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(user|password|root|home|checkdisk|adduser)$/)]),
  );
});

it.each([v160, v170, v194])(
  'has the configured domain, and no other, in every name of cf $release.version',
  (version) => {
    const { properties, ...others } = documented;
    const moved = { ...others, properties: { ...properties, domain: 'apps.example' } };
    const manifest = manifestOf('cloud_controller_ng/0', moved, { version });
    expect(JSON.stringify(manifest)).not.toContain('cf.local');
    expect(manifest.properties).toMatchObject({
      domain: 'apps.example',
      app_domains: ['apps.example'],
      uaa: { url: 'https://uaa.apps.example' },
      login: { url: 'https://login.apps.example' },
    });
  },
);

it('carries an allocated port into every property that names it', () => {
  const shared = configurationWith(FOUR_NODES);
  const ports = new Map([
    ...allocatePorts(shared, v170),
    ['traffic_controller.incoming_port', 13_460],
    ['loggregator_endpoint.port', 13_460],
  ]);
  expect(manifestOf('dea/0', shared, { ports }).properties).toMatchObject({
    uaa: { port: 8080 },
    login: { port: 8100 },
    router: { port: 80, status: { port: 8110 } },
    traffic_controller: { incoming_port: 13_460 },
    loggregator_endpoint: { host: '10.10.101.182', port: 13_460 },
  });
});

describe('what differs between versions', () => {
  const etcds = configurationWith({ ...DOCUMENT.components, etcd: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] });
  const propertiesOf = (id: string, version: ReleaseVersion) => manifestOf(id, etcds, { version }).properties;

  it('lets v160’s etcd join the first one, which leads', () => {
    expect(propertiesOf('etcd/0', v160)).not.toHaveProperty('leader_ip');
    expect(propertiesOf('etcd/2', v160)).toMatchObject({ leader_ip: '10.0.0.1', etcd_ips: etcds.components.etcd });
    expect(propertiesOf('uaa/1', v160)).not.toHaveProperty('leader_ip');
    for (const version of [v170, v194])
      expect(propertiesOf('etcd/2', version)).toMatchObject({ etcd: { machines: etcds.components.etcd } });
  });

  it('sends applications’ logs to where the traffic controller is', () => {
    expect(propertiesOf('dea/0', v160)).toMatchObject({ loggregator_endpoint: { host: '10.10.101.196', port: 3456 } });
    expect(propertiesOf('dea/0', v170)).toMatchObject({
      loggregator_endpoint: { host: '10.10.101.195', port: 13_456 },
    });
    expect(propertiesOf('dea/0', v194)['loggregator_endpoint']).toEqual({
      shared_secret: 'value-of-loggregator_shared_secret',
    });
  });

  it('leaves the aggregator’s address out where rsyslog cannot read the forwarders’ rules', () => {
    const addressOn = (version: ReleaseVersion, forwardsLogs: boolean) =>
      (manifestOf('uaa/0', documented, { version, node: { forwardsLogs } }).properties[
        'syslog_aggregator'
      ] as object) ?? {};
    for (const version of [v160, v170]) {
      expect(addressOn(version, true)).toHaveProperty('address');
      expect(addressOn(version, false)).not.toHaveProperty('address');
      expect(addressOn(version, false)).toHaveProperty('port', 54_321);
    }
  });

  it('never exports v194’s store to everyone', () => {
    const alone = configurationWith({ nfs_server: ['10.0.0.1'] });
    expect(manifestOf('nfs_server/0', alone, { version: v194 }).properties).toMatchObject({
      nfs_server: { allow_from_entries: ['10.0.0.1'] },
    });
  });
});

it('orders addresses by number, so that a newcomer changes nobody else’s first address', () => {
  const grown = configurationWith({ ...DOCUMENT.components, nats: ['10.10.101.9', '10.10.101.182', '10.10.101.183'] });
  const numbers = new Map([
    ['10.10.101.9', 2],
    ['10.10.101.182', 0],
    ['10.10.101.183', 1],
  ]);
  const instances = instancesIn(grown).map((instance) =>
    instance.component === 'nats'
      ? { ...instance, number: numbers.get(instance.address) ?? 0, id: `nats/${numbers.get(instance.address)}` }
      : instance,
  );
  expect(manifestOf('uaa/0', grown, { instances }).properties['nats']).toMatchObject({
    address: '10.10.101.182',
    machines: ['10.10.101.182', '10.10.101.183', '10.10.101.9'],
  });
});

it('lets a dea give what was measured, and others not change with it', () => {
  const node = { memoryMiB: 16_000, isContainer: true, tunesNetwork: false };
  const dea = manifestOf('dea/0', documented, { node }).properties;
  expect(dea).toMatchObject({
    disk_quota_enabled: false,
    dea_next: { memory_mb: 16_000, disk_mb: 15_360, kernel_network_tuning_enabled: false },
  });
  expect(manifestOf('uaa/0', documented, { node }).properties['dea_next']).toMatchObject({ memory_mb: 4096 });
});

it('separates the two halves of the JWT keys', () => {
  const pem = (kind: string) => `-----BEGIN ${kind} KEY-----\nMIIB+/=\n-----END ${kind} KEY-----\n`;
  const keys = new Secret('uaa_jwt_keys', pem('RSA PRIVATE') + pem('PUBLIC'));
  const { properties } = manifestOf('uaa/0', documented, { secrets: new Map([...secrets, ['uaa_jwt_keys', keys]]) });
  expect(properties['uaa']).toMatchObject({
    jwt: { signing_key: pem('RSA PRIVATE'), verification_key: pem('PUBLIC') },
  });
});

it('refuses to leave a secret blank', () => {
  expect(() => manifestOf('uaa/0', documented, { secrets: new Map() })).toThrow(/secret \w+, which nobody has made/);
});

it('gives all manifests of a cluster the same lists of addresses', () => {
  const instances = instancesIn(documented);
  const machinesFor = (id: string): unknown =>
    (manifestOf(id, documented, { instances }).properties['nats'] as { readonly machines: unknown }).machines;
  expect(machinesFor('dea/0')).toBe(machinesFor('nats/0'));
});
