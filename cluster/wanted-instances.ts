import { DeploymentEngineError } from '../domain/errors.ts';
import type { Instance } from '../domain/instance.ts';
import { type ManifestRequest, manifestFor } from '../domain/manifest/manifest.ts';
import { allocatePorts } from '../domain/manifest/ports.ts';
import { specialSettings } from '../domain/manifest/special-settings.ts';
import { specialStepsOf } from '../domain/manifest/special-steps.ts';
import { visibleProperties } from '../domain/manifest/visible-properties.ts';
import { isKernelBefore } from '../domain/node/kernel-version.ts';
import type { NodeFacts } from '../domain/node/node-facts.ts';
import { forwardsLogs } from '../domain/node/rsyslog.ts';
import { packagesOf } from '../domain/release/closure.ts';
import { refuseLackingJobs } from '../domain/release/lacking-jobs.ts';
import type { Release, ReleaseJob } from '../domain/release/release.ts';
import { Secret } from '../domain/secret.ts';
import { filesRewritten, idleJobsOf, jobsOf } from '../domain/versions/version.ts';
import type { ContextSources } from './context-sources.ts';
import type { WantedInstance } from './node-context.ts';

/** What all instances of a cluster are made from. */
export interface ClusterDesign extends Pick<ManifestRequest, 'configuration' | 'instances' | 'version' | 'secrets'> {
  readonly release: Release;
  readonly render: ContextSources['render'];
  readonly niseBoshDigest: string;
}

/** The part of an instance that is the same on every machine. */
export type InstanceDesign = Pick<WantedInstance, 'instance' | 'jobs' | 'packages' | 'idle' | 'rewritten' | 'special'>;

export function designInstances(design: ClusterDesign): InstanceDesign[] {
  const { release, version, instances } = design;
  refuseLackingJobs(design);
  return instances.map((instance) => {
    const names = jobsOf(version, instance, instances);
    return {
      instance,
      jobs: names.map((name) => jobOf(release, name)),
      packages: packagesOf(release, names),
      idle: idleJobsOf(version, instance, instances),
      rewritten: filesRewritten(version, instance, instances),
      special: specialStepsOf(version.special, instance.component),
    };
  });
}

/**
 * Completes designs for the machine that carries them: a dea gives away the memory its node has, and where rsyslog is old
 * nobody forwards log lines.
 */
export function instanceMaker(cluster: ClusterDesign) {
  const { configuration, version, release, render, niseBoshDigest } = cluster;
  const ports = allocatePorts(configuration, version);
  return (design: InstanceDesign, facts: NodeFacts | undefined): WantedInstance => {
    const { instance, idle } = design;
    const manifest = manifestFor({ ...cluster, instance, ports, ...measured(instance, facts) });
    const inputs = render.inputs({ manifest, index: instance.index, idle, release, version, niseBoshDigest });
    const { text: inputsText, fingerprint } = render.inputsFile(inputs);
    return {
      ...design,
      settings: specialSettings(manifest.properties),
      inputs,
      inputsText,
      fingerprint,
      // A look at the cluster needs no text of it, and writing hundreds takes seconds.
      get manifest() {
        return new Secret('manifest', render.manifestYaml(manifest));
      },
      naming(address) {
        const names = design.jobs.map(({ name }) => name);
        const properties = Object.entries(visibleProperties(manifest.properties, names, release, version));
        return properties.filter(([, value]) => isNamedIn(JSON.stringify(value), address)).map(([name]) => name);
      },
    };
  };
}

/** Also within a longer text, as `http://10.0.0.1:8080` is; 10.0.0.1 is not in 10.0.0.12. */
const isNamedIn = (text: string, address: string): boolean =>
  text.split(address).some((before, index, parts) => {
    const after = parts[index + 1];
    return after !== undefined && !/[\d.]$/.test(before) && !/^\.?\d/.test(after);
  });

/** MiB; another kernel takes a little more or less for itself, and a dea need not be updated for that. */
const MEMORY_STEP = 128;

function measured({ component }: Instance, facts: NodeFacts | undefined): Pick<ManifestRequest, 'node'> {
  if (facts === undefined) return {};
  const forwards = { forwardsLogs: forwardsLogs(facts.system) };
  if (component !== 'dea') return { node: forwards };
  const memoryMiB = Math.floor(facts.memoryKiB / 1024 / MEMORY_STEP) * MEMORY_STEP;
  const { isContainer, kernel } = facts;
  return { node: { ...forwards, memoryMiB, isContainer, tunesNetwork: !isContainer && isKernelBefore(kernel, 4, 12) } };
}

function jobOf({ jobs }: Release, name: string): ReleaseJob {
  const job = jobs[name];
  if (job === undefined) throw new DeploymentEngineError('InvalidRelease', `The release has no job ${name}.`);
  return job;
}
