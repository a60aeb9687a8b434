import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../domain/components.ts';
import { packagesOf } from '../../domain/release/closure.ts';
import type { Release } from '../../domain/release/release.ts';
import { v160 } from '../../domain/versions/v160.ts';
import { v170 } from '../../domain/versions/v170.ts';
import { v194 } from '../../domain/versions/v194.ts';
import { jobsOf } from '../../domain/versions/version.ts';
import { versionOf } from '../../domain/versions/versions.ts';
import { parseReleaseYaml } from '../../release/index/release-yaml.ts';
import { readRelease } from '../../release/read-release.ts';
import { configurationWith, DOCUMENT, instancesIn } from '../domain/document-example.ts';
import { CF_RELEASE_DIR, manifestsOf, releaseFile, secretsFor, workedManifest } from './cf-release.ts';
import { PACKAGE_ORDERS } from './package-orders.ts';
import { MemoryBlobs } from './release-tarball.ts';

/** Where our manifest differs from the worked one on purpose. */
const CASES = [
  // Defaults of the jobs, written down because the port can move, or beside the router's, which the example has.
  { version: v160, added: ['ha_proxy.timeout', 'uaa.port', 'login.port'], differing: [] },
  { version: v170, added: ['uaa.port', 'login.port'], differing: [] },
  {
    version: v194,
    added: ['traffic_controller.outgoing_port', 'uaa.port', 'login.port'],
    // We let in the cloud controllers alone, the example their whole network.
    differing: [['nfs_server.allow_from_entries', '["10.10.101.186","10.10.101.187"]']],
  },
] as const;

const documented = configurationWith(DOCUMENT.components);

describe.skipIf(CF_RELEASE_DIR === undefined).each(CASES)(
  'cf-release v$version.release.version (needs CF_RELEASE_DIR)',
  ({ version, added, differing }) => {
    let release: Release;
    beforeAll(async () => {
      release = await readRelease(releaseFile(version), new MemoryBlobs(), { allowMissingPackages: true });
    });

    it('is known by its name and version', () => {
      expect(versionOf(release)).toBe(version);
    });

    it('has every package archive missing, and says so at once', async () => {
      const reading = readRelease(releaseFile(version), new MemoryBlobs());
      await expect(reading).rejects.toHaveProperty('problems.length', Object.keys(release.packages).length);
    });

    it.each(COMPONENTS)('installs the packages of %s in their order', (component) => {
      const instances = instancesIn(documented);
      const instance = instances.find((candidate) => candidate.component === component);
      if (instance === undefined) throw new Error(component);
      const packages = packagesOf(release, jobsOf(version, instance, instances));
      expect(packages.join(', ')).toBe(PACKAGE_ORDERS[version.release.version]?.[component]);
    });

    it('agrees with the worked manifest key by key, secrets and who shares them included', async () => {
      const secrets = secretsFor(version);
      const text = await readFile(workedManifest(version), 'utf8');
      const filled = text.replaceAll(/GENERATED_(\w+)/g, (whole, name: string) => secrets.get(name)?.reveal() ?? whole);
      const worked = parseReleaseYaml(filled) as { readonly properties: Record<string, unknown> };
      const changed = new Map<string, string>(differing);
      // What is left has lines of its own: certificates and keys.
      const theirs = leaves(worked.properties).filter(([, value]) => !value.includes('GENERATED_'));
      const ours = leaves(manifestsOf(documented, version, secrets)[0]?.manifest.properties);

      expect(ours).toEqual(expect.arrayContaining(theirs.map(([name, value]) => [name, changed.get(name) ?? value])));
      const known = new Set(leaves(worked.properties).map(([name]) => name));
      const unknown = ours.map(([name]) => name).filter((name) => !known.has(name));
      expect(unknown.toSorted()).toEqual([...added].toSorted());
    });
  },
);

/** Dotted names with their values as JSON. */
function leaves(value: unknown, name = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, name === '' ? key : `${name}.${key}`));
}
