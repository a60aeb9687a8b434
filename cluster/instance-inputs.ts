import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import { inputLine, type InstanceInputs } from '../domain/manifest/input-changes.ts';
import type { Manifest } from '../domain/manifest/manifest.ts';
import { remembered } from '../domain/manifest/remembered.ts';
import { visibleProperties } from '../domain/manifest/visible-properties.ts';
import type { Release } from '../domain/release/release.ts';
import type { PropertyValue } from '../domain/versions/property-table.ts';
import type { ReleaseVersion } from '../domain/versions/version.ts';

/** All that decides what an instance's files look like. */
export interface InstanceSources {
  readonly manifest: Manifest;
  /** `spec.index`. */
  readonly index: number;
  /** Names of those its jobs need, in install order. */
  readonly packages: readonly string[];
  /** Jobs whose files are installed while another instance runs them. */
  readonly idle: readonly string[];
  readonly release: Pick<Release, 'jobs' | 'packages'>;
  readonly version: Pick<ReleaseVersion, 'reads'>;
  /** Changes with our own renderer. */
  readonly niseBoshDigest: string;
}

/** Characters of a property's digest: enough to see a change, and generated secrets are too long to be guessed from it. */
const DIGEST = 16;

/** The inputs of an instance's files. Of the manifest only what the instance's jobs can read counts. */
export function instanceInputs(sources: InstanceSources): InstanceInputs {
  const { manifest, index, packages, idle, release, version, niseBoshDigest } = sources;
  const jobs = manifest.jobs.flatMap(({ template }) => template);
  const networks = manifest.jobs.flatMap((job) => job.networks);
  const properties = visibleProperties(manifest.properties, jobs, release, version);
  return [
    inputLine('spec', 'deployment', manifest.name),
    ...networks.map(({ name, static_ips }) => inputLine('spec', `network.${name}`, static_ips[0])),
    inputLine('spec', 'index', index),
    ...jobs.map((name) => inputLine('job', name, release.jobs[name]?.fingerprint ?? '-')),
    ...idle.map((name) => inputLine('idle', name, '-')),
    ...packages.map((name) => inputLine('package', name, release.packages[name]?.fingerprint ?? '-')),
    ...Object.entries(properties)
      .map(([name, value]) => inputLine('property', name, digestOf(value)))
      .toSorted(),
    inputLine('renderer', 'nise-bosh', niseBoshDigest),
  ];
}

/** The text of the inputs as the node keeps it, and its sha256: the same one means that nothing has to change. */
export function inputsFile(inputs: InstanceInputs): { readonly text: string; readonly fingerprint: string } {
  const text = inputs.map((line) => `${line}\n`).join('');
  return { text, fingerprint: sha256(text) };
}

const digestOf = (value: PropertyValue): string =>
  typeof value === 'object' ? digestOfObject(value) : shortDigest(value);

const shortDigest = (value: PropertyValue): string => sha256(canonicalJson(value)).slice(0, DIGEST);

/** Thousands of manifests hold the same lists of addresses. */
const digestOfObject = remembered<PropertyValue & object, string>(shortDigest);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
