import { DeploymentEngineError } from '../domain/errors.ts';
import type { Instance } from '../domain/instance.ts';
import { allocatePorts } from '../domain/manifest/allocate-ports.ts';
import { type Manifest, type ManifestRequest, manifestFor } from '../domain/manifest/manifest.ts';
import { specialStepsOf } from '../domain/manifest/special-steps.ts';
import type { NodeFacts } from '../domain/node/node-facts.ts';
import { packagesOf } from '../domain/release/closure.ts';
import { refuseLackingJobs } from '../domain/release/lacking-jobs.ts';
import type { Release, ReleaseJob } from '../domain/release/release.ts';
import { phrase } from '../domain/text/text.ts';
import { filesRewritten, idleJobsOf, jobsOf } from '../domain/versions/version.ts';
import { inputsFile, instanceInputs } from './instance-inputs.ts';
import type { WantedInstance } from './node-context.ts';
import { measuresFor } from './node-measures.ts';

/** All that decides what the instances of a cluster are. */
export interface ClusterParts extends Pick<ManifestRequest, 'configuration' | 'instances' | 'version' | 'secrets'> {
  readonly release: Omit<Release, 'sha256'>;
  /** Of the renderer that nodes have. */
  readonly niseBoshDigest: string;
}

/** The part of an instance that is the same on every machine. */
export type InstanceDesign = Pick<WantedInstance, 'instance' | 'jobs' | 'packages' | 'idle' | 'rewritten' | 'special'>;

/** An instance on its machine. */
export interface ComposedInstance
  extends InstanceDesign, Pick<WantedInstance, 'inputs' | 'inputsText' | 'fingerprint'> {
  /** Holds the cluster's secrets. */
  readonly manifest: Manifest;
}

export interface ClusterComposition {
  readonly designs: readonly InstanceDesign[];
  /** Without facts: for a machine as the API specification describes it. */
  compose(design: InstanceDesign, facts?: NodeFacts): ComposedInstance;
}

/**
 * Composes what is wanted, for the gateway's dry rendering, a plan and a deploy alike, so that none of them can differ.
 * Throws InvalidRelease for jobs that the release lacks, InvalidConfiguration for ports that clash.
 */
export function composeCluster(parts: ClusterParts): ClusterComposition {
  refuseLackingJobs(parts);
  const { configuration, instances, version, release, niseBoshDigest } = parts;
  const ports = allocatePorts(configuration, version);
  return {
    designs: instances.map((instance) => designOf(parts, instance)),
    compose: (design, facts) => {
      const { instance, packages, idle } = design;
      const manifest = manifestFor({ ...parts, instance, ports, node: measuresFor(instance.component, facts) });
      const { index } = instance;
      const inputs = instanceInputs({ manifest, index, packages, idle, release, version, niseBoshDigest });
      const { text: inputsText, fingerprint } = inputsFile(inputs);
      return { ...design, manifest, inputs, inputsText, fingerprint };
    },
  };
}

function designOf({ release, version, instances }: ClusterParts, instance: Instance): InstanceDesign {
  const names = jobsOf(version, instance, instances);
  return {
    instance,
    jobs: names.map((name) => jobOf(release, name)),
    packages: packagesOf(release, names),
    idle: idleJobsOf(version, instance, instances),
    rewritten: filesRewritten(version, instance, instances),
    special: specialStepsOf(version.special, instance.component),
  };
}

function jobOf({ jobs }: Pick<Release, 'jobs'>, name: string): ReleaseJob {
  const job = jobs[name];
  if (job === undefined)
    throw new DeploymentEngineError('InvalidRelease', phrase('The release has no job {name}.', { name }));
  return job;
}
