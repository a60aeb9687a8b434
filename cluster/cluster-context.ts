import type { Configuration } from '../domain/configuration.ts';
import type { Instance } from '../domain/instance.ts';
import type { NodeFacts } from '../domain/node/node-facts.ts';
import { buildId } from '../domain/plan/plan.ts';
import type { NodeProfile } from '../domain/profiles/profile.ts';
import { packagesOf, withDependencies } from '../domain/release/closure.ts';
import { packageKey, type Release, type ReleasePackage } from '../domain/release/release.ts';
import type { Secret } from '../domain/secret.ts';
import { type ApartJob, apartJobsOf, type PortSetting } from '../domain/versions/version.ts';
import { versionOf } from '../domain/versions/versions.ts';
import { releaseManifest } from '../release/release-manifest.ts';
import type { EngineIdentity } from '../store/secrets/contract.ts';
import { composeCluster } from './compose-cluster.ts';
import type { FormerState, NodeContext, ShippedFile } from './node-context.ts';
import { wantedInstance } from './wanted-instance.ts';

/** A revision and a release together: what the cluster should be. */
export interface ClusterContext {
  readonly configuration: Configuration;
  readonly release: Release;
  readonly instances: readonly Instance[];
  /** Where nodes find the mirror. */
  readonly mirrorUrl: string;
  /** Where components listen. */
  readonly ports: readonly PortSetting[];
  /** Jobs that cannot be where certain components are. */
  readonly apart: readonly ApartJob[];
  /** What one node should be. */
  node(address: string, about: KnownNode): NodeContext;
}

export interface KnownNode {
  readonly profile: NodeProfile;
  /** Undefined before the first contact. */
  readonly facts: NodeFacts | undefined;
  /** What the engine remembers of it. Default: nothing, so nothing there is judged by it. */
  readonly former?: FormerState;
  /** `buildId` of the artefacts it builds for others. */
  readonly builds?: ReadonlySet<string>;
}

/** What a revision serves without any release: who is where, how to get in, and our own scripts. */
export type ServingContext = Pick<ClusterContext, 'configuration' | 'instances' | 'node'>;

/** What every node gets from this engine, independent of the release. */
export interface EngineParts {
  readonly engine: EngineIdentity;
  readonly mirrorUrl: (home: string) => string;
  readonly shipped: {
    readonly runnerFile: string;
    readonly niseBosh: { readonly digest: string; readonly archive: Uint8Array };
    readonly monitFiles: readonly ShippedFile[];
  };
}

interface ServingParts {
  readonly engine: EngineParts;
  readonly configuration: Configuration;
  readonly instances: readonly Instance[];
}

interface ContextParts extends ServingParts {
  readonly release: Release;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly aptKey: Uint8Array;
}

const NO_RELEASE = {
  release: { name: '', version: '', sha256: '', jobs: {}, packages: {} },
  instances: [],
  packages: [],
  jobs: [],
  releaseManifest: '',
  aptKey: new Uint8Array(),
};

export const servingContext = (parts: ServingParts): ServingContext => ({
  configuration: parts.configuration,
  instances: parts.instances,
  node: (address, { profile, former }) => ({ ...commonOf(parts), ...NO_RELEASE, address, profile, former }),
});

export function clusterContext(parts: ContextParts): ClusterContext {
  const { engine, configuration, release, aptKey } = parts;
  const version = versionOf(release);
  const { designs, compose } = composeCluster({ ...parts, version, niseBoshDigest: engine.shipped.niseBosh.digest });
  const jobNames = new Set(designs.flatMap(({ jobs }) => jobs.map(({ name }) => name)));
  // In the release's order, so that a package comes after its dependencies.
  const ordered = packagesOf(release, [...jobNames]).flatMap((name) => release.packages[name] ?? []);
  const common = { ...commonOf(parts), release, aptKey, releaseManifest: releaseManifest(release) };

  return {
    configuration,
    release,
    instances: parts.instances,
    mirrorUrl: common.mirrorUrl,
    ports: version.ports,
    apart: apartJobsOf(version),
    node: (address, { profile, facts, former, builds = new Set() }) => {
      const own = designs.filter(({ instance }) => instance.address === address);
      const built = ordered.filter((each) => builds.has(buildId({ profile: profile.name, key: packageKey(each) })));
      const needed = new Set([...own.flatMap(({ packages }) => packages), ...namesToBuild(release, built)]);
      return {
        ...common,
        address,
        profile,
        former,
        instances: own.map((each) => wantedInstance(compose(each, facts), { release, version })),
        packages: ordered.filter(({ name }) => needed.has(name)),
        jobs: [...new Map(own.flatMap((each) => each.jobs).map((job) => [job.name, job])).values()],
      };
    },
  };
}

/** With dependencies, which a packaging script needs. */
const namesToBuild = (release: Release, built: readonly ReleasePackage[]): readonly string[] =>
  withDependencies(
    release,
    built.map(({ name }) => name),
  );

const commonOf = ({ engine, configuration }: ServingParts) => ({
  engine: engine.engine,
  configuration,
  frontAddress: configuration.components.haproxy[0],
  mirrorUrl: engine.mirrorUrl(configuration.properties.home),
  ...engine.shipped,
});
