import type { ComponentName } from '../../domain/components.ts';
import type { InstanceStatus } from '../../domain/instance-status.ts';
import type { Numbering } from '../../domain/instance.ts';
import type { Adoption } from '../../domain/node/adoption.ts';
import type { NodeFacts } from '../../domain/node/node-facts.ts';
import type { NodeSurvey } from '../../domain/plan/survey.ts';

export interface Nodes {
  facts(address: string): Promise<NodeFacts | undefined>;
  /** `isOurs`: it says that the engine has claimed it. Default: nothing is known of that. */
  saveFacts(address: string, facts: NodeFacts, isOurs?: boolean): Promise<void>;
  /** SHA256 fingerprints in OpenSSH form (`SHA256:...`). */
  hostKey(address: string): Promise<string | undefined>;
  /** Pins on first contact; a second caller with another key gets the first one back. */
  pinHostKey(address: string, fingerprint: string): Promise<string>;
  /** Keeps the key that an address shows instead of the pinned one; the pinned key stays. */
  noteShownHostKey(address: string, fingerprint: string): Promise<void>;
  /** On an operator's word: pins the key in place of the one before. */
  trustHostKey(address: string, fingerprint: string): Promise<void>;
  /** Of every address ever connected to, in order of address. */
  hostKeys(): Promise<readonly KnownHost[]>;
  /** Called before the engine claims the node; a repeat changes nothing. */
  noteClaim(address: string): Promise<void>;
  /** Called once the node is given back, or was never ours. */
  forgetClaim(address: string): Promise<void>;
  /** Addresses that the engine has claimed and not given back, in order. */
  claimed(): Promise<readonly string[]>;
  /** Numbers instances by component and address: known ones keep their number, new ones get the component's next. */
  ensureNumbers(wanted: readonly { component: ComponentName; address: string }[]): Promise<Numbering>;
  /** Every number ever given. */
  numbers(): Promise<Numbering>;
}

/** The SSH host keys of an address, as SHA256 fingerprints in OpenSSH form. */
export interface KnownHost {
  readonly address: string;
  readonly pinned: string;
  /** Another key that it has shown since, and when it last did so, in milliseconds since the epoch. */
  readonly shown: { readonly hostKey: string; readonly at: number } | undefined;
}

/** The instances that are on nodes, however the run that put them there ended. */
export interface InstalledInstances {
  /** Called before the first change of an instance on its node; a repeat only updates revision and release. */
  note(
    instance: Pick<InstalledInstance, 'id' | 'component' | 'number' | 'address'>,
    by: Pick<InstalledInstance, 'revision' | 'release'>,
  ): Promise<void>;
  /** Kept until a restart or a deploy starts the instance again. */
  setStopped(id: string, stoppedAt: number | undefined): Promise<void>;
  /** Replaces the agreed removals: an instance that is wanted again is no longer among them. */
  agreeToRemoval(ids: readonly string[], at: number): Promise<void>;
  /** Called once its removal is proven. */
  remove(id: string): Promise<void>;
  all(): Promise<readonly InstalledInstance[]>;
  /** Those of one node, in the same order. */
  at(address: string): Promise<readonly InstalledInstance[]>;
}

/** An instance on a node, from its first change there until its removal is proven. */
export interface InstalledInstance {
  /** `nats/0`: component and number. */
  readonly id: string;
  readonly component: ComponentName;
  readonly number: number;
  readonly address: string;
  /** Revision and release sha256 of the run that last changed it. */
  readonly revision: number;
  readonly release: string;
  /** When an operator stopped it, in milliseconds since the epoch; undefined = it should run. */
  readonly stoppedAt: number | undefined;
  /** When an operator agreed to its removal although its data stay behind, in milliseconds since the epoch. */
  readonly removalAgreedAt: number | undefined;
}

export interface Statuses {
  /** `since`: the start of a look that is still going on; its result will replace these rows. Default: the look has ended. */
  save(rows: readonly InstanceStatus[], since?: number): Promise<void>;
  /** Updates one instance and keeps its machine's figures from the last look; does nothing before the first look. */
  amend(id: string, seen: Pick<InstanceStatus, 'isRunning' | 'detail' | 'seenAt'>): Promise<void>;
  all(): Promise<readonly InstanceStatus[]>;
  /** Those of these instances that have been seen. */
  of(ids: readonly string[]): Promise<readonly InstanceStatus[]>;
}

/** What the survey of a run found, from which its plan is made; kept until the run ends. */
export interface Surveys {
  /** A node surveyed again replaces its earlier row. */
  save(run: number, surveys: readonly NodeSurvey[]): Promise<void>;
  of(run: number): Promise<readonly NodeSurvey[]>;
  /** Removes those of runs that have ended. */
  forgetEnded(): Promise<void>;
}

/** Nodes that an operator has allowed the engine to take over. */
export interface Adoptions {
  /** All of them or none; by address. A later word about an address replaces the earlier one. */
  allow(adoptions: ReadonlyMap<string, Adoption>, by: string): Promise<void>;
  of(address: string): Promise<Adoption | undefined>;
}
