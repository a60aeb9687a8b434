import type { Configuration } from '../domain/configuration.ts';
import type { Instance } from '../domain/instance.ts';
import type { InstanceInputs } from '../domain/manifest/input-changes.ts';
import type { SpecialSettings } from '../domain/manifest/special-settings.ts';
import type { SpecialStepName } from '../domain/manifest/special-steps.ts';
import type { Adoption } from '../domain/node/adoption.ts';
import type { EnginePast } from '../domain/node/copied-engine.ts';
import type { NodeProfile } from '../domain/profiles/profile.ts';
import type { Release, ReleaseJob, ReleasePackage } from '../domain/release/release.ts';
import type { Secret } from '../domain/secret.ts';
import type { EngineIdentity } from '../store/secrets/contract.ts';

/** A file that every node gets over SSH. */
export interface ShippedFile {
  /** Absolute path on the node. */
  readonly path: string;
  readonly content: string;
  readonly mode: string;
}

/** An instance with everything its installation is made from. */
export interface WantedInstance {
  readonly instance: Instance;
  readonly jobs: readonly ReleaseJob[];
  /** Names of the packages in install order. */
  readonly packages: readonly string[];
  /** What it needs beyond its jobs, in order. */
  readonly special: readonly SpecialStepName[];
  readonly settings: SpecialSettings;
  /** YAML 1.1; holds the cluster's secrets. */
  readonly manifest: Secret;
  /** Jobs whose files are installed while another instance runs them. */
  readonly idle: readonly string[];
  /** Files that jobs change by themselves, as `JOB/PATH`. */
  readonly rewritten: readonly string[];
  readonly inputs: InstanceInputs;
  /** The inputs as a file, and its sha256: changes with anything that goes into the instance's files. */
  readonly inputsText: string;
  readonly fingerprint: string;
  /** Properties that its jobs can read and whose values name an address. */
  readonly naming: (address: string) => readonly string[];
}

/** What an engine remembers of a node when it comes back to it. */
export interface FormerState {
  /** An operator's word that it may be taken over. */
  readonly adoption: Adoption | undefined;
  /** Ids of the instances that this engine has installed there. */
  readonly installed: readonly string[];
  /** What tells a copy of the engine from itself. Default: nothing does. */
  readonly past?: EnginePast;
}

/** What one node of a revision should be: the only thing steps are made from. */
export interface NodeContext {
  readonly address: string;
  readonly former?: FormerState | undefined;
  readonly engine: EngineIdentity;
  readonly configuration: Configuration;
  readonly profile: NodeProfile;
  readonly release: Release;
  readonly instances: readonly WantedInstance[];
  /** Packages of all instances of the node and those it builds for others, in install order. */
  readonly packages: readonly ReleasePackage[];
  readonly jobs: readonly ReleaseJob[];
  /** Text of release.MF, the same on every node. */
  readonly releaseManifest: string;
  /** Address of haproxy, where the system names lead. */
  readonly frontAddress: string | undefined;
  readonly mirrorUrl: string;
  /** The mirror's signing key, binary. */
  readonly aptKey: Uint8Array;
  readonly runnerFile: string;
  readonly niseBosh: { readonly digest: string; readonly archive: Uint8Array };
  readonly monitFiles: readonly ShippedFile[];
}

export const RELEASES = '/var/vcap/bosh/releases';

/** Where a release lies on a node. */
export const releaseFolder = ({ sha256 }: Pick<Release, 'sha256'>): string => `${RELEASES}/${sha256.slice(0, 16)}`;

export const NISE_BOSH_FOLDER = '/var/vcap/bosh/nise_bosh';
export const NISE_BOSH = `${NISE_BOSH_FOLDER}/bin/nise-bosh`;

/** `nats/0` -> `/var/vcap/bosh/instances/nats_0` */
export const instanceFolder = ({ component, number }: Pick<Instance, 'component' | 'number'>): string =>
  `/var/vcap/bosh/instances/${component}_${number}`;
