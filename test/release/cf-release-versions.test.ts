import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagesOf } from '../../domain/closure.ts';
import { COMPONENTS } from '../../domain/components.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { manifestFor } from '../../domain/manifest.ts';
import { allocatePorts } from '../../domain/ports.ts';
import type { Release } from '../../domain/release.ts';
import { Secret } from '../../domain/secret.ts';
import { v160 } from '../../domain/versions/v160.ts';
import { v170 } from '../../domain/versions/v170.ts';
import { v194 } from '../../domain/versions/v194.ts';
import { jobsOf } from '../../domain/versions/version.ts';
import { versionOf } from '../../domain/versions/versions.ts';
import { generateSecret, secretNames } from '../../release/cluster-secrets.ts';
import { readRelease } from '../../release/read-release.ts';
import { parseReleaseYaml } from '../../release/release-yaml.ts';
import { configurationWith, DOCUMENT, FOUR_NODES, instancesIn } from '../domain/document-example.ts';
import { PACKAGE_ORDERS } from './package-orders.ts';
import { MemoryBlobs } from './release-tarball.ts';
import { renderInstances, unpackRelease } from './render-instances.ts';

const folder = process.env['CF_RELEASE_DIR'];

const CASES = [
  {
    version: v160,
    files: 176,
    // uaa's and login's own defaults, written down because they can move; the example leaves haproxy's to its default.
    added: ['ha_proxy.timeout', 'uaa.port', 'login.port'],
    differing: [],
  },
  { version: v170, files: 202, added: ['uaa.port', 'login.port'], differing: [] },
  {
    version: v194,
    files: 263,
    added: ['traffic_controller.outgoing_port', 'uaa.port', 'login.port'],
    // We let in the cloud controllers alone, the example their whole network.
    differing: [['nfs_server.allow_from_entries', '["10.10.101.186","10.10.101.187"]']],
  },
] as const;

describe.skipIf(folder === undefined).each(CASES)(
  'cf-release v$version.release.version (needs CF_RELEASE_DIR)',
  ({ version, files, added, differing }) => {
    const number = version.release.version;
    const file = join(folder ?? '', `cf-${number}-jobs.tgz`);
    const documented = configurationWith(DOCUMENT.components);
    const scratch: string[] = [];
    let release: Release;
    let unpacked: string;
    let secrets: Map<string, Secret>;

    beforeAll(async () => {
      release = await readRelease(file, new MemoryBlobs(), { allowMissingPackages: true });
      scratch.push((unpacked = unpackRelease(file)));
      secrets = new Map(
        secretNames(version).map((name) => [name, new Secret(name, generateSecret(name, { domain: 'cf.local' }))]),
      );
    });
    afterAll(() => scratch.forEach((path) => rmSync(path, { recursive: true })));

    const manifestsOf = (configuration: Configuration) => {
      const instances = instancesIn(configuration);
      const ports = allocatePorts(configuration, version);
      return instances.map((instance) => ({
        instance,
        manifest: manifestFor({ configuration, instances, instance, version, secrets, ports }),
      }));
    };

    /** The paths of all files that the configuration makes. */
    async function render(configuration: Configuration): Promise<string[]> {
      const out = mkdtempSync(join(tmpdir(), 'rendered-'));
      scratch.push(out);
      renderInstances(unpacked, manifestsOf(configuration), out);
      const found = await readdir(out, { recursive: true, withFileTypes: true });
      return found
        .filter((entry) => entry.isFile() && entry.name !== 'spec.json' && !entry.parentPath.endsWith('/manifests'))
        .map((entry) => join(entry.parentPath, entry.name));
    }

    it('is known by its name and version', () => {
      expect(versionOf(release)).toBe(version);
    });

    it('has every package archive missing, and says so at once', async () => {
      const reading = readRelease(file, new MemoryBlobs());
      await expect(reading).rejects.toHaveProperty('problems.length', Object.keys(release.packages).length);
    });

    it.each(COMPONENTS)('installs the packages of %s in their order', (component) => {
      const instances = instancesIn(documented);
      const instance = instances.find((candidate) => candidate.component === component);
      if (instance === undefined) throw new Error(component);
      const packages = packagesOf(release, jobsOf(version, instance, instances));
      expect(packages.join(', ')).toBe(PACKAGE_ORDERS[number]?.[component]);
    });

    it('agrees with the worked manifest key by key, secrets and their sharing included', async () => {
      const text = await readFile(join(folder ?? '', `cf-v${number}.yml`), 'utf8');
      const filled = text.replaceAll(/GENERATED_(\w+)/g, (whole, name: string) => secrets.get(name)?.reveal() ?? whole);
      const worked = parseReleaseYaml(filled) as { readonly properties: Record<string, unknown> };
      const ours = leaves(manifestsOf(documented)[0]?.manifest.properties);
      const theirs = leaves(worked.properties).filter(([, value]) => !value.includes('GENERATED_'));
      const changed = new Map<string, string>(differing);
      expect(ours).toEqual(expect.arrayContaining(theirs.map(([name, value]) => [name, changed.get(name) ?? value])));
      const known = new Set(leaves(worked.properties).map(([name]) => name));
      expect(
        ours
          .filter(([name]) => !known.has(name))
          .map(([name]) => name)
          .toSorted(),
      ).toEqual([...added].toSorted());
    });

    it(`renders the ${files} files of the documented example with the renderer of the nodes`, async () => {
      expect(await render(documented)).toHaveLength(files);
    }, 120_000);

    it('renders the four shared nodes', async () => {
      await render(configurationWith(FOUR_NODES));
    }, 120_000);

    it.each(COMPONENTS)('renders %s alone', async (component) => {
      await render(configurationWith({ [component]: DOCUMENT.components[component] }));
    });
  },
);

/** Dotted names with their values as JSON. */
function leaves(value: unknown, name = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, name === '' ? key : `${name}.${key}`));
}
