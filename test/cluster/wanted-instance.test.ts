import { expect, it } from 'vitest';
import { composeCluster } from '../../cluster/compose-cluster.ts';
import { wantedInstance } from '../../cluster/wanted-instance.ts';
import { inputChanges } from '../../domain/manifest/input-changes.ts';
import type { NodeFacts } from '../../domain/node/node-facts.ts';
import type { Release } from '../../domain/release/release.ts';
import { Secret } from '../../domain/secret.ts';
import { v170 } from '../../domain/versions/v170.ts';
import { configurationWith, instancesIn } from '../domain/document-example.ts';
import { releaseJob } from '../domain/release-job.ts';

const jobs = [
  releaseJob('dea_next', 'dea_next.memory_mb', 'dea_next.kernel_network_tuning_enabled', 'disk_quota_enabled'),
  releaseJob('dea_logging_agent'),
  releaseJob('uaa', 'uaa.port', 'disk_quota_enabled', 'syslog_aggregator.address'),
  releaseJob('syslog_aggregator'),
];
const release: Release = {
  name: 'cf',
  version: '170',
  sha256: '',
  jobs: Object.fromEntries(jobs.map((each) => [each.name, each])),
  packages: {},
};
const configuration = configurationWith({ dea: ['10.0.0.1'], uaa: ['10.0.0.1'], syslog_aggregator: ['10.0.0.9'] });
const parts = {
  configuration,
  instances: instancesIn(configuration),
  version: v170,
  secrets: new Map(v170.secrets.map((name) => [name, new Secret(name, name)])),
  release,
  niseBoshDigest: 'n',
};
const { designs, compose } = composeCluster(parts);

function made(component: string, facts?: Partial<NodeFacts>) {
  const found = designs.find(({ instance }) => instance.component === component);
  if (found === undefined) throw new Error(component);
  return wantedInstance(compose(found, facts && ({ kernel: '3.2.0-61-virtual', ...facts } as NodeFacts)), parts);
}

const GIB = 1024 ** 2;

it('lets a dea give away the memory of its machine', () => {
  expect(made('dea').manifest.reveal()).toContain('memory_mb: 4096');
  const large = made('dea', { memoryKiB: 16 * GIB - 90_000 });
  expect(large.manifest.reveal()).toContain('memory_mb: 16256');
  expect(inputChanges(made('dea').inputs, large.inputs)).toEqual(['properties: dea_next.memory_mb']);
});

it('names an address where its jobs can read it, and as a whole only', () => {
  expect(made('uaa').naming('10.0.0.9')).toEqual(['syslog_aggregator.address']);
  expect(made('uaa').naming('10.0.0')).toEqual([]);
  expect(made('uaa').naming('0.0.0.9')).toEqual([]);
  expect(made('dea').naming('10.0.0.9')).toEqual([]);
});

it('does not update a dea for the few MiB that another kernel takes', () => {
  const before = made('dea', { memoryKiB: 8 * GIB - 100_000 });
  expect(made('dea', { memoryKiB: 8 * GIB - 120_000 }).fingerprint).toBe(before.fingerprint);
});

it('keeps disk quotas off in a container, whose kernel is not its own', () => {
  expect(made('dea', { memoryKiB: 8 * GIB, isContainer: true }).manifest.reveal()).toContain(
    'disk_quota_enabled: false',
  );
  expect(made('dea', { memoryKiB: 8 * GIB, isContainer: false }).manifest.reveal()).toContain(
    'disk_quota_enabled: true',
  );
});

it.each([
  ['3.2.0-61-virtual', false, true],
  ['3.2.0-61-virtual', true, false],
  ['6.1.0-28-amd64', false, false],
])(
  'lets a dea tune the network of a kernel that has the settings: %s, in a container: %s',
  (kernel, isContainer, tunes) => {
    expect(made('dea', { memoryKiB: 8 * GIB, kernel, isContainer }).manifest.reveal()).toContain(
      `kernel_network_tuning_enabled: ${tunes}`,
    );
  },
);

it('leaves log forwarding out where rsyslog is too old for its rules', () => {
  const address = /syslog_aggregator:\n +address: "10\.0\.0\.9/;
  expect(made('uaa', { system: 'debian-12' }).manifest.reveal()).toMatch(address);
  expect(made('uaa', { system: 'ubuntu-12.04' }).manifest.reveal()).not.toMatch(address);
});

it('makes every other component the same on any machine', () => {
  const anywhere = made('uaa').fingerprint;
  expect(made('uaa', { memoryKiB: 8 * GIB, isContainer: true }).fingerprint).toBe(anywhere);
});
