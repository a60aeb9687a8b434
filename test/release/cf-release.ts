import { join } from 'node:path';
import { generateSecret } from '../../cluster/secrets/generate-secret.ts';
import type { Configuration } from '../../domain/configuration.ts';
import type { Instance } from '../../domain/instance.ts';
import { type Manifest, manifestFor } from '../../domain/manifest/manifest.ts';
import { allocatePorts } from '../../domain/manifest/allocate-ports.ts';
import { Secret } from '../../domain/secret.ts';
import type { ReleaseVersion } from '../../domain/versions/version.ts';
import { instancesIn } from '../domain/document-example.ts';

/**
 * Third-party release data, not part of the repository: per version `cf-170-jobs.tgz` (release.MF and job archives) and
 * `cf-v170.yml` (a worked manifest for the document's example).
 */
export const CF_RELEASE_DIR = process.env['CF_RELEASE_DIR'];

const inFolder = (name: string): string => join(CF_RELEASE_DIR ?? '', name);
export const releaseFile = ({ release }: ReleaseVersion): string => inFolder(`cf-${release.version}-jobs.tgz`);
export const workedManifest = ({ release }: ReleaseVersion): string => inFolder(`cf-v${release.version}.yml`);

export type Secrets = ReadonlyMap<string, Secret>;

/** Real ones, as a new cluster of the version is given. */
export const secretsFor = (version: ReleaseVersion): Secrets =>
  new Map(version.secrets.map((name) => [name, new Secret(name, generateSecret(name, { domain: 'cf.local' }))]));

export interface InstanceManifest {
  readonly instance: Instance;
  readonly manifest: Manifest;
}

/** One manifest per instance of the configuration. */
export function manifestsOf(
  configuration: Configuration,
  version: ReleaseVersion,
  secrets: Secrets,
): InstanceManifest[] {
  const instances = instancesIn(configuration);
  const ports = allocatePorts(configuration, version);
  return instances.map((instance) => ({
    instance,
    manifest: manifestFor({ configuration, instances, instance, version, secrets, ports }),
  }));
}
