import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packagesOf } from '../../domain/closure.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { manifestFor } from '../../domain/manifest.ts';
import { allocatePorts } from '../../domain/ports.ts';
import type { Release } from '../../domain/release.ts';
import { Secret } from '../../domain/secret.ts';
import { jobsOf } from '../../domain/versions/version.ts';
import type { ReleaseVersion } from '../../domain/versions/version.ts';
import { versionOf } from '../../domain/versions/versions.ts';
import { generateSecret, secretNames } from '../../release/cluster-secrets.ts';
import { manifestToYaml } from '../../release/manifest-yaml.ts';
import { readRelease } from '../../release/read-release.ts';
import { parseReleaseYaml } from '../../release/release-yaml.ts';
import { configurationWith, DOCUMENT, FOUR_NODES, instancesIn } from '../domain/document-example.ts';
import { MemoryBlobs, temporaryFolder } from './release-tarball.ts';

const folder = process.env['CF_RELEASE_DIR'];
const NISE_BOSH = join(import.meta.dirname, '../../node/nise_bosh/bin/nise-bosh');

describe.skipIf(folder === undefined)('cf-release v170 (needs CF_RELEASE_DIR)', () => {
  const file = join(folder ?? '', 'cf-170-jobs.tgz');
  const documented = configurationWith(DOCUMENT.components);
  let release: Release;
  let version: ReleaseVersion;
  let secrets: Map<string, Secret>;

  beforeAll(async () => {
    release = await readRelease(file, new MemoryBlobs(), { allowMissingPackages: true });
    version = versionOf(release);
    secrets = new Map(
      secretNames(version).map((name) => [name, new Secret(name, generateSecret(name, { domain: 'cf.local' }))]),
    );
  });

  const manifestsOf = (configuration: Configuration, wanted: ReleaseVersion = version) => {
    const instances = instancesIn(configuration);
    const ports = allocatePorts(configuration, wanted);
    return instances.map((instance) => ({
      instance,
      manifest: manifestFor({ configuration, instances, instance, version: wanted, secrets, ports }),
    }));
  };

  it('has every package archive missing, and says so at once', async () => {
    const reading = readRelease(file, new MemoryBlobs());
    await expect(reading).rejects.toHaveProperty('problems.length', Object.keys(release.packages).length);
  });

  it.each([
    ['haproxy', 'haproxy, ruby, syslog_aggregator'],
    ['nats', 'common, golang, gnatsd, ruby, syslog_aggregator, nats'],
    ['nfs_server', 'common, debian_nfs_server'],
    ['database', 'common, postgres'],
    [
      'cloud_controller_ng',
      'common, libpq, mysqlclient, sqlite, ruby, cloud_controller_ng, nginx, nginx_newrelic_plugin, syslog_aggregator, ' +
        'buildpack_java, buildpack_java_offline, buildpack_ruby, buildpack_nodejs, buildpack_go',
    ],
    ['etcd', 'common, golang, git, etcd, etcd_metrics_server'],
    ['uaa', 'common, ruby, syslog_aggregator, uaa'],
    ['login', 'common, ruby, syslog_aggregator, login, git'],
    ['hm9000', 'common, golang, git, hm9000, ruby, syslog_aggregator'],
    ['gorouter', 'common, golang, gorouter, ruby, syslog_aggregator'],
    [
      'dea',
      'common, ruby, golang, dea_next, warden, rootfs_lucid64, syslog_aggregator, buildpack_cache, dea_logging_agent',
    ],
  ])('installs the packages of %s in their order', (component, packages) => {
    const instances = instancesIn(documented);
    const instance = instances.find((candidate) => candidate.component === component);
    if (instance === undefined) throw new Error(component);
    expect(packagesOf(release, jobsOf(version, instance, instances)).join(', ')).toBe(packages);
  });

  it('agrees with the worked manifest key by key', async () => {
    const worked = parseReleaseYaml(await readFile(join(folder ?? '', 'cf-v170.yml'), 'utf8')) as {
      readonly properties: Record<string, unknown>;
    };
    const ours = leaves(manifestsOf(documented)[0]?.manifest.properties);
    const theirs = leaves(worked.properties).filter(([, value]) => !value.includes('GENERATED_'));
    expect(ours).toEqual(expect.arrayContaining(theirs));
    const known = new Set(leaves(worked.properties).map(([name]) => name));
    expect(ours.filter(([name]) => !known.has(name)).map(([name]) => name)).toEqual(['uaa.port', 'login.port']);
  });

  it('renders every template with the renderer of the nodes', async () => {
    // The worked example counts the clock on both cloud controllers.
    const everywhere = {
      ...version,
      jobs: { ...version.jobs, cloud_controller_ng: version.jobs.cloud_controller_ng.map(({ job }) => ({ job })) },
    };
    expect(await rendered(manifestsOf(documented, everywhere))).toBe(202);
    expect(await rendered(manifestsOf(documented))).toBe(196);
  }, 120_000);

  it('renders the four shared nodes, and one component alone', async () => {
    await rendered(manifestsOf(configurationWith(FOUR_NODES)));
    for (const [component, [address]] of Object.entries(DOCUMENT.components))
      await rendered(manifestsOf(configurationWith({ [component]: [address] })));
  }, 120_000);

  async function rendered(manifests: ReturnType<typeof manifestsOf>): Promise<number> {
    let files = 0;
    for (const { instance, manifest } of manifests) {
      const out = await temporaryFolder();
      await writeFile(join(out, 'manifest.yml'), manifestToYaml(manifest));
      const ruby = spawnSync(
        'ruby',
        [
          NISE_BOSH,
          '-y',
          '-t',
          '--out',
          join(out, 'files'),
          '-i',
          String(instance.index),
          file,
          join(out, 'manifest.yml'),
          instance.component,
        ],
        { encoding: 'utf8' },
      );
      expect(ruby.stdout + ruby.stderr, instance.id).not.toMatch(/error/i);
      expect(ruby.status, instance.id).toBe(0);
      const found = await readdir(join(out, 'files'), { recursive: true, withFileTypes: true });
      files += found.filter((entry) => entry.isFile() && entry.name !== 'spec.json').length;
    }
    return files;
  }
});

/** Dotted names with their values as JSON. */
function leaves(value: unknown, name = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, name === '' ? key : `${name}.${key}`));
}
