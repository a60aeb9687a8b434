import type { ComponentName } from '../../domain/components.ts';
import type { InstanceStatus } from '../../domain/instance-status.ts';
import type { Numbering } from '../../domain/instance.ts';
import type { NodeFacts } from '../../domain/node/node-facts.ts';
import type { NodeSurvey } from '../../domain/plan/survey.ts';

export interface Nodes {
  facts(address: string): Promise<NodeFacts | undefined>;
  saveFacts(address: string, facts: NodeFacts): Promise<void>;
  /** SHA256 fingerprints in OpenSSH form (`SHA256:...`). */
  hostKey(address: string): Promise<string | undefined>;
  /** Pins on first contact; a second caller with another key gets the first one back. */
  pinHostKey(address: string, fingerprint: string): Promise<string>;
  /** What an address shows instead of the pinned key; changes nothing about whom we trust. */
  noteShownHostKey(address: string, fingerprint: string): Promise<void>;
  /** By an operator's word: pins the key, whatever was pinned before. */
  trustHostKey(address: string, fingerprint: string): Promise<void>;
  /** Of every address that was ever met, by address. */
  hostKeys(): Promise<readonly KnownHost[]>;
  /** Numbers of (component, address): known ones are kept, new ones get the next free number of the component. */
  ensureNumbers(wanted: readonly { component: ComponentName; address: string }[]): Promise<Numbering>;
  /** Every number ever given. */
  numbers(): Promise<Numbering>;
}

/** The SSH host keys of an address, as SHA256 fingerprints in OpenSSH form. */
export interface KnownHost {
  readonly address: string;
  readonly pinned: string;
  /** Another one that it has shown since, and when it last did, in milliseconds since the epoch. */
  readonly shown: { readonly hostKey: string; readonly at: number } | undefined;
}

/** What the cluster consists of, whatever the outcome of the run that made it. */
export interface InstalledInstances {
  /** Before the first change of an instance on its node; a repeat only updates revision and release. */
  note(
    instance: Pick<InstalledInstance, 'id' | 'component' | 'number' | 'address'>,
    by: Pick<InstalledInstance, 'revision' | 'release'>,
  ): Promise<void>;
  /** An operator's wish, kept until a restart or a deploy starts the instance again. */
  setStopped(id: string, stoppedAt: number | undefined): Promise<void>;
  /** An operator agreed that these go, and no others; whom a later configuration wants again is no longer among them. */
  agreeToRemoval(ids: readonly string[], at: number): Promise<void>;
  /** Its removal is proven. */
  remove(id: string): Promise<void>;
  all(): Promise<readonly InstalledInstance[]>;
  /** Those of one node, in the same order. */
  at(address: string): Promise<readonly InstalledInstance[]>;
}

/** An instance that is on a node, or was begun there: from its first change until its removal is proven. */
export interface InstalledInstance {
  /** `nats/0`: component and number. */
  readonly id: string;
  readonly component: ComponentName;
  readonly number: number;
  readonly address: string;
  /** Revision and release sha256 of the run that last changed it. */
  readonly revision: number;
  readonly release: string;
  /** When an operator stopped it, in milliseconds since the epoch; undefined = wanted running. */
  readonly stoppedAt: number | undefined;
  /** When an operator agreed that it goes although its data stay behind, in milliseconds since the epoch. */
  readonly removalAgreedAt: number | undefined;
}

export interface Statuses {
  /** `since`: when a look began that has not ended; whatever it finds counts more. Default: the rows are what one has found. */
  save(rows: readonly InstanceStatus[], since?: number): Promise<void>;
  /** What was seen of one alone; the figures of its machine stay those of the last look, and without one nothing is kept. */
  amend(id: string, seen: Pick<InstanceStatus, 'isRunning' | 'detail' | 'seenAt'>): Promise<void>;
  all(): Promise<readonly InstanceStatus[]>;
}

/** What the survey of a run found, until its plan is made. */
export interface Surveys {
  /** A node surveyed again replaces its earlier row. */
  save(run: number, surveys: readonly NodeSurvey[]): Promise<void>;
  of(run: number): Promise<readonly NodeSurvey[]>;
}
