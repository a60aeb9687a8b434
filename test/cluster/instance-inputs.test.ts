import { expect, it } from 'vitest';
import { inputsFile, instanceInputs, type InstanceSources } from '../../cluster/instance-inputs.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { inputChanges } from '../../domain/manifest/input-changes.ts';
import { manifestFor } from '../../domain/manifest/manifest.ts';
import { allocatePorts } from '../../domain/manifest/allocate-ports.ts';
import { packagesOf } from '../../domain/release/closure.ts';
import type { Release } from '../../domain/release/release.ts';
import { Secret } from '../../domain/secret.ts';
import { v170 } from '../../domain/versions/v170.ts';
import { configurationWith, DOCUMENT, instancesIn } from '../domain/document-example.ts';

const archive = { sha256: '', size: 0 };
const release = {
  jobs: {
    uaa: {
      name: 'uaa',
      version: '1',
      fingerprint: 'u',
      archive,
      packages: ['ruby'],
      templates: {},
      properties: { 'uaa.port': {}, 'nats.machines': {}, 'uaa.clients': {} },
    },
    haproxy: {
      name: 'haproxy',
      version: '1',
      fingerprint: 'h',
      archive,
      packages: [],
      templates: {},
      properties: { 'router.servers.z1': {} },
    },
    postgres: {
      name: 'postgres',
      version: '1',
      fingerprint: 'p',
      archive,
      packages: [],
      templates: {},
      properties: undefined,
    },
  },
  packages: {
    ruby: { name: 'ruby', version: '1', fingerprint: 'r', archive, dependencies: [] },
    golang: { name: 'golang', version: '1', fingerprint: 'g', archive, dependencies: [] },
  },
} satisfies Pick<Release, 'jobs' | 'packages'>;

const documented = configurationWith(DOCUMENT.components);

function inputs(id: string, configuration: Configuration = documented, changed: Partial<InstanceSources> = {}) {
  const instances = instancesIn(configuration);
  const instance = instances.find((candidate) => candidate.id === id);
  if (instance === undefined) throw new Error(`no ${id}`);
  const secrets = new Map(v170.secrets.map((name) => [name, new Secret(name, name)]));
  const ports = allocatePorts(configuration, v170);
  const manifest = manifestFor({ configuration, instances, instance, version: v170, secrets, ports });
  const { index } = instance;
  const jobs = manifest.jobs.flatMap(({ template }) => template);
  const packages = packagesOf(changed.release ?? release, jobs);
  return instanceInputs({
    manifest,
    index,
    packages,
    idle: [],
    release,
    version: v170,
    niseBoshDigest: 'd1',
    ...changed,
  });
}

const fingerprint = (...words: Parameters<typeof inputs>): string => inputsFile(inputs(...words)).fingerprint;

it('is the same for the same inputs, whatever the order of keys', () => {
  const reversed = Object.fromEntries(
    Object.entries(documented.components).toReversed(),
  ) as Configuration['components'];
  expect(fingerprint('uaa/0')).toMatch(/^[0-9a-f]{64}$/);
  expect(fingerprint('uaa/0', { ...documented, components: reversed })).toBe(fingerprint('uaa/0'));
});

it('changes with index, renderer, job and package', () => {
  const { jobs, packages } = release;
  const job = { ...jobs, uaa: { ...jobs.uaa, fingerprint: 'u2' } };
  const ruby = { ...packages, ruby: { ...packages.ruby, fingerprint: 'r2' } };
  const all = [
    fingerprint('uaa/0'),
    fingerprint('uaa/0', documented, { index: 7 }),
    fingerprint('uaa/0', documented, { niseBoshDigest: 'd2' }),
    fingerprint('uaa/0', documented, { release: { jobs: job, packages } }),
    fingerprint('uaa/0', documented, { release: { jobs, packages: ruby } }),
    fingerprint('uaa/1'),
  ];
  expect(new Set(all).size).toBe(all.length);
});

it('does not change with packages that the instance has not', () => {
  const golang = { ...release.packages, golang: { ...release.packages.golang, fingerprint: 'g2' } };
  const updated = { jobs: release.jobs, packages: golang };
  expect(fingerprint('uaa/0', documented, { release: updated })).toBe(fingerprint('uaa/0'));
});

it('changes only where the instance’s jobs see the difference', () => {
  const gorouters = { ...DOCUMENT.components, gorouter: ['10.10.101.198', '10.10.101.200'] };
  const grown = configurationWith(gorouters);
  expect(fingerprint('haproxy/0', grown)).not.toBe(fingerprint('haproxy/0'));
  expect(fingerprint('uaa/0', grown)).toBe(fingerprint('uaa/0'));
  expect(fingerprint('database/0', grown)).toBe(fingerprint('database/0'));

  const moved = configurationWith({ ...DOCUMENT.components, database: ['10.10.101.201'] });
  expect(fingerprint('database/0', moved)).not.toBe(fingerprint('database/0'));
});

it('names what has changed, and no value', () => {
  const grown = configurationWith({ ...DOCUMENT.components, nats: [...DOCUMENT.components.nats, '10.10.101.202'] });
  expect(inputChanges(inputs('uaa/0'), inputs('uaa/0', grown))).toEqual(['properties: nats.machines']);
  expect(inputs('uaa/0').join()).not.toContain('uaa_client_login_secret');
});
