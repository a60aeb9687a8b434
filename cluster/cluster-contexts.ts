import type { Configuration } from '../domain/configuration.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { assignNumbers, type Instance, instancesOf } from '../domain/instance.ts';
import type { NodeFacts } from '../domain/node/node-facts.ts';
import { buildId } from '../domain/plan/plan.ts';
import type { NodeProfile } from '../domain/profiles/profile.ts';
import { packagesOf, withDependencies } from '../domain/release/closure.ts';
import type { Release } from '../domain/release/release.ts';
import type { Run } from '../domain/run/run.ts';
import type { PortSetting } from '../domain/versions/version.ts';
import { versionOf } from '../domain/versions/versions.ts';
import type { Store } from '../store/store.ts';
import type { ContextSources } from './context-sources.ts';
import type { NodeContext } from './node-context.ts';
import { clusterSecrets } from './secrets/secrets-of-version.ts';
import { designInstances, instanceMaker } from './wanted-instances.ts';

/** A revision and a release together: what the cluster should be. */
export interface ClusterContext {
  readonly configuration: Configuration;
  readonly release: Release;
  readonly instances: readonly Instance[];
  /** Where nodes find the mirror. */
  readonly mirrorUrl: string;
  /** Where components listen. */
  readonly ports: readonly PortSetting[];
  /** What one node should be. */
  node(address: string, about: KnownNode): NodeContext;
}

export interface KnownNode {
  readonly profile: NodeProfile;
  /** Undefined before the first contact. */
  readonly facts: NodeFacts | undefined;
  /** `buildId` of the artefacts it builds for others. */
  readonly builds?: ReadonlySet<string>;
}

export interface ClusterContexts {
  load(revision: number, release: string): Promise<ClusterContext>;
  /** For what concerns instances as they are installed: it is to be had also where the release is lost. */
  serving(revision: number): Promise<ServingContext>;
  /** What a configuration that was not accepted would make of the cluster; keeps neither numbers nor secrets. */
  preview(configuration: Configuration, release: string): Promise<ClusterContext>;
}

/** What a revision serves without any release: who is where, how to get in, and our own scripts. */
export type ServingContext = Pick<ClusterContext, 'configuration' | 'instances' | 'node'>;

interface Known {
  readonly store: Pick<Store, 'runs'>;
  readonly contexts: ClusterContexts;
}

/** What a run works towards. */
export async function clusterOf({ store, contexts }: Known, run: number): Promise<ClusterContext> {
  const { revision, release } = await begunRun(store, run);
  return contexts.load(revision, release);
}

export async function servingOf({ store, contexts }: Known, run: number): Promise<ServingContext> {
  return contexts.serving((await begunRun(store, run)).revision);
}

async function begunRun({ runs }: Known['store'], run: number): Promise<Run> {
  const begun = await runs.get(run);
  if (begun === undefined) throw new DeploymentEngineError('RunNotFound', `There is no run ${run}.`);
  return begun;
}

/** What is wanted, what is deployed, and what somebody has begun in between. */
const KEPT = 3;

/** Loads contexts; the last three are kept, since all activities of a run ask for the same. */
export function createClusterContexts(sources: ContextSources): ClusterContexts {
  const loaded = new Map<string, Promise<ClusterContext>>();
  return {
    load: (revision, release) => {
      const key = `${revision}/${release}`;
      const known = loaded.get(key);
      const loading = known ?? loadContext(sources, revision, release);
      // The newest last.
      loaded.delete(key);
      loaded.set(key, loading);
      for (const oldest of [...loaded.keys()].slice(0, -KEPT)) loaded.delete(oldest);
      if (known !== undefined) return known;
      loading.catch(() => loaded.delete(key));
      return loading;
    },
    serving: (revision) => servingContext(sources, revision),
    preview: (configuration, release) => contextOf({ sources, configuration, sha256: release, keep: false }),
  };
}

async function loadContext(sources: ContextSources, revision: number, sha256: string): Promise<ClusterContext> {
  return contextOf({ sources, configuration: await configurationOf(sources, revision), sha256, keep: true });
}

async function configurationOf({ store }: Pick<ContextSources, 'store'>, revision: number): Promise<Configuration> {
  const stored = await store.configurations.get(revision);
  if (stored === undefined) throw new DeploymentEngineError('ConfigMissing', `There is no revision ${revision}.`);
  return stored.configuration;
}

async function servingContext(sources: ContextSources, revision: number): Promise<ServingContext> {
  const configuration = await configurationOf(sources, revision);
  return {
    configuration,
    instances: await instancesFor(configuration, sources.store, true),
    node: (address, { profile }) => ({
      address,
      engine: sources.engine,
      configuration,
      profile,
      release: { name: '', version: '', sha256: '', jobs: {}, packages: {} },
      instances: [],
      packages: [],
      jobs: [],
      releaseManifest: '',
      frontAddress: configuration.components.haproxy[0],
      mirrorUrl: sources.mirrorUrl(configuration.properties.home),
      aptKey: new Uint8Array(),
      ...sources.shipped,
    }),
  };
}

interface ContextRequest {
  readonly sources: ContextSources;
  readonly configuration: Configuration;
  readonly sha256: string;
  /** Numbers and secrets that are made on the way are kept. */
  readonly keep: boolean;
}

async function contextOf({ sources, configuration, sha256, keep }: ContextRequest): Promise<ClusterContext> {
  const { store, mirror, render } = sources;
  const release = await mirror.release(sha256);
  if (release === undefined)
    throw new DeploymentEngineError(
      'InvalidRelease',
      `The mirror lacks release ${sha256.slice(0, 16)}: run ./local_build.sh.`,
    );
  const version = versionOf(release);
  const { domain } = configuration.properties;
  const secrets = await clusterSecrets({
    secrets: store.secrets,
    names: version.secrets,
    domain,
    ...(keep ? { generate: (name) => render.generateSecret(name, { domain }) } : {}),
  });
  const aptKey = await mirror.aptKey();
  const instances = await instancesFor(configuration, store, keep);
  const niseBoshDigest = sources.shipped.niseBosh.digest;
  const design = { configuration, instances, version, secrets, release, render, niseBoshDigest };
  const designs = designInstances(design);
  const complete = instanceMaker(design);
  // In the order of the whole release, so that what others build on comes first.
  const jobNames = new Set(designs.flatMap(({ jobs }) => jobs.map(({ name }) => name)));
  const ordered = packagesOf(release, [...jobNames]).flatMap((name) => release.packages[name] ?? []);
  const releaseManifest = render.releaseManifest(release);

  return {
    configuration,
    release,
    instances,
    mirrorUrl: sources.mirrorUrl(configuration.properties.home),
    ports: version.ports,
    node: (address, { profile, facts, builds = new Set() }) => {
      const own = designs.filter(({ instance }) => instance.address === address);
      const needed = new Set(own.flatMap(({ packages }) => packages));
      const built = ordered.filter((each) =>
        builds.has(buildId({ profile: profile.name, key: sources.packageKey(each) })),
      );
      // A packaging script finds what it builds on.
      const forOthers = new Set(
        withDependencies(
          release,
          built.map(({ name }) => name),
        ),
      );
      const packages = ordered.filter(({ name }) => needed.has(name) || forOthers.has(name));
      const jobs = [...new Map(own.flatMap((each) => each.jobs).map((job) => [job.name, job])).values()];
      return {
        address,
        engine: sources.engine,
        configuration,
        profile,
        release,
        instances: own.map((each) => complete(each, facts)),
        packages,
        jobs,
        releaseManifest,
        frontAddress: configuration.components.haproxy[0],
        mirrorUrl: sources.mirrorUrl(configuration.properties.home),
        aptKey,
        ...sources.shipped,
      };
    },
  };
}

/** The cluster's instances with the numbers the store keeps for them. */
async function instancesFor(configuration: Configuration, store: Store, keep: boolean): Promise<Instance[]> {
  const wanted = Object.entries(configuration.components).flatMap(([component, addresses]) =>
    addresses.map((address) => ({ component: component as Instance['component'], address })),
  );
  return instancesOf(
    keep ? await store.nodes.ensureNumbers(wanted) : assignNumbers(wanted, await store.nodes.numbers()),
  );
}
