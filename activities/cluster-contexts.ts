import { packagesOf } from '../domain/closure.ts';
import type { Configuration } from '../domain/configuration.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { type Instance, instancesOf } from '../domain/instance.ts';
import { type Manifest, manifestFor } from '../domain/manifest.ts';
import { allocatePorts } from '../domain/ports.ts';
import type { NodeProfile } from '../domain/profiles/profile.ts';
import type { Release, ReleasePackage } from '../domain/release.ts';
import { Secret } from '../domain/secret.ts';
import { jobsOf, type ReleaseVersion } from '../domain/versions/version.ts';
import { versionOf } from '../domain/versions/versions.ts';
import type { InstanceInputs } from '../release/instance-fingerprint.ts';
import type { EngineIdentity, Store } from '../store/store.ts';
import type { NodeContext, ShippedFile, WantedInstance } from './node-context.ts';

/** A revision and a release together: what the cluster should be. */
export interface ClusterContext {
  readonly revision: number;
  readonly configuration: Configuration;
  readonly release: Release;
  readonly instances: readonly Instance[];
  /** What one node should be, of a profile, building these artefacts for others. */
  node(address: string, profile: NodeProfile, builds: ReadonlySet<string>): NodeContext;
}

export interface ClusterContexts {
  load(revision: number, release: string): Promise<ClusterContext>;
}

/** What the contexts are made of besides configuration and release. */
export interface ContextSources {
  readonly engine: EngineIdentity;
  readonly store: Store;
  readonly mirror: { release(sha256: string): Promise<Release | undefined>; aptKey(): Promise<Uint8Array> };
  readonly shipped: {
    readonly runnerFile: string;
    readonly niseBosh: { readonly digest: string; readonly archive: Uint8Array };
    readonly monitFiles: readonly ShippedFile[];
  };
  readonly mirrorUrl: (home: string) => string;
  /** Parts of other folders that turn a manifest into bytes and digests. */
  readonly render: {
    manifestYaml(manifest: Manifest): string;
    releaseManifest(release: Release): string;
    fingerprint(inputs: InstanceInputs): string;
    generateSecret(name: string, options: { readonly domain: string }): string;
  };
  packageKey(each: ReleasePackage): string;
}

/** Loads contexts; one per revision and release is kept, since all activities of a run ask for the same. */
export function createClusterContexts(sources: ContextSources): ClusterContexts {
  const loaded = new Map<string, Promise<ClusterContext>>();
  return {
    load: (revision, release) => {
      const key = `${revision}/${release}`;
      const known = loaded.get(key);
      if (known !== undefined) return known;
      const loading = loadContext(sources, revision, release);
      loaded.clear();
      loaded.set(key, loading);
      loading.catch(() => loaded.delete(key));
      return loading;
    },
  };
}

async function loadContext(sources: ContextSources, revision: number, sha256: string): Promise<ClusterContext> {
  const { store, mirror, render } = sources;
  const stored = await store.configurations.get(revision);
  if (stored === undefined) throw new DeploymentEngineError('ConfigMissing', `There is no revision ${revision}.`);
  const { configuration } = stored;
  const release = await mirror.release(sha256);
  if (release === undefined)
    throw new DeploymentEngineError(
      'InvalidRelease',
      `The mirror lacks release ${sha256.slice(0, 16)}: run ./local_build.sh.`,
    );
  const version = versionOf(release);
  const { domain } = configuration.properties;
  const secrets = await store.secrets.ensure(version.secrets, (name) => render.generateSecret(name, { domain }));
  const aptKey = await mirror.aptKey();
  const instances = await instancesFor(configuration, store);
  const wanted = wantInstances({ sources, configuration, release, version, instances, secrets });

  return {
    revision,
    configuration,
    release,
    instances,
    node: (address, profile, builds) => {
      const own = wanted.filter(({ instance }) => instance.address === address);
      const needed = new Set(own.flatMap(({ packages }) => packages));
      // In the order of the whole release, so that what others build on comes first.
      const packages = packagesOf(release, [...new Set(wanted.flatMap(({ jobs }) => jobs.map(({ name }) => name)))])
        .map((name) => known(release.packages[name], name))
        .filter((each) => needed.has(each.name) || builds.has(sources.packageKey(each)));
      const jobs = [...new Map(own.flatMap((each) => each.jobs).map((job) => [job.name, job])).values()];
      return {
        address,
        engine: sources.engine,
        configuration,
        profile,
        release,
        instances: own,
        packages,
        jobs,
        releaseManifest: render.releaseManifest(release),
        frontAddress: configuration.components.haproxy[0],
        mirrorUrl: sources.mirrorUrl(configuration.properties.home),
        aptKey,
        ...sources.shipped,
      };
    },
  };
}

interface Wanting {
  readonly sources: ContextSources;
  readonly configuration: Configuration;
  readonly release: Release;
  readonly version: ReleaseVersion;
  readonly instances: readonly Instance[];
  readonly secrets: ReadonlyMap<string, Secret>;
}

function wantInstances({ sources, configuration, release, version, instances, secrets }: Wanting): WantedInstance[] {
  const ports = allocatePorts(configuration, version);
  return instances.map((instance) => {
    const jobNames = jobsOf(version, instance, instances);
    const packages = packagesOf(release, jobNames);
    const jobs = jobNames.map((name) => known(release.jobs[name], name));
    const manifest = manifestFor({ configuration, instances, instance, version, secrets, ports });
    return {
      instance,
      jobs,
      packages,
      manifest: new Secret('manifest', sources.render.manifestYaml(manifest)),
      fingerprint: sources.render.fingerprint({
        manifest,
        index: instance.index,
        release,
        version,
        niseBoshDigest: sources.shipped.niseBosh.digest,
      }),
    };
  });
}

/** The cluster's instances with the numbers the store keeps for them. */
async function instancesFor(configuration: Configuration, store: Store): Promise<Instance[]> {
  const wanted = Object.entries(configuration.components).flatMap(([component, addresses]) =>
    addresses.map((address) => ({ component: component as Instance['component'], address })),
  );
  const numbers = await store.nodes.ensureNumbers(wanted);
  return instancesOf(
    numbers.filter(({ component, address }) =>
      wanted.some((each) => each.component === component && each.address === address),
    ),
  );
}

function known<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new DeploymentEngineError('InvalidRelease', `The release has no ${name}.`);
  return value;
}
