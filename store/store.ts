import type { ComponentName } from '../domain/components.ts';
import type { Configuration } from '../domain/configuration.ts';
import type { InstanceStatus } from '../domain/instance-status.ts';
import type { Numbering } from '../domain/instance.ts';
import type { Answers, Inspection, Question } from '../domain/node/inspection.ts';
import type { NodeFacts } from '../domain/node/node-facts.ts';
import type { Operation, Plan } from '../domain/plan/plan.ts';
import type { NodeSurvey } from '../domain/plan/survey.ts';
import type { LogLine, NewLogLine } from '../domain/run/log.ts';
import type { Outcome, Run, StepRecord } from '../domain/run/run.ts';
import type { StepWork } from '../domain/run/step-work.ts';
import type { Secret } from '../domain/secret.ts';
import type { StepName } from '../domain/steps.ts';

/** Everything the engine remembers. One contract, two drivers: SQLite and PostgreSQL. */
export interface Store {
  readonly engine: EngineIdentities;
  readonly configurations: Configurations;
  readonly secrets: ClusterSecrets;
  readonly runs: Runs;
  readonly steps: StepRecords;
  readonly times: WorkTimes;
  readonly nodes: Nodes;
  readonly installed: InstalledInstances;
  readonly claims: Claims;
  readonly statuses: Statuses;
  readonly surveys: Surveys;
  readonly inspections: Inspections;
  readonly log: RunLog;
  readonly copies: LogCopies;
  /** Throws `StoreUnwritable`, with what to do, when a new configuration or run could not be kept. */
  assertWritable(): Promise<void>;
  close(): Promise<void>;
}

export interface EngineIdentity {
  /** Random, made once per data folder; nodes are claimed for it. */
  readonly id: string;
  /** OpenSSH public key line and its private key (PEM); RSA-3072. */
  readonly publicKey: string;
  readonly privateKey: Secret;
}

export interface EngineIdentities {
  /** Makes the identity on first use; two processes get the same one. */
  identity(): Promise<EngineIdentity>;
  /** Part of every fence, before the run's number: a store that is older than the nodes takes over with a higher one. */
  generation(): Promise<number>;
  /** Makes it higher than `above`, where it is not; returns what it is now. */
  raiseGeneration(above: number): Promise<number>;
}

/** An accepted configuration. */
export interface Revision {
  readonly number: number;
  /** Opaque; changes with the normalised content. */
  readonly etag: string;
  readonly configuration: Configuration;
  /** What was posted, secrets replaced by the mask: answered by `GET /config`. */
  readonly document: unknown;
}

export interface Configurations {
  /** Stores a new revision, or returns the newest one when the normalised content is the same. Secrets are encrypted. */
  accept(configuration: Configuration, document: unknown): Promise<Revision>;
  /** The number that accepting the configuration would give it now. */
  numberFor(configuration: Configuration): Promise<number>;
  newest(): Promise<Revision | undefined>;
  /** 0 before the first. */
  newestNumber(): Promise<number>;
  /** The newest ones, newest first. */
  recent(limit: number): Promise<readonly Revision[]>;
  get(revision: number): Promise<Revision | undefined>;
}

export interface ClusterSecrets {
  /** Secrets by name, generated once per cluster and kept; `generate` is asked only for names not yet known. */
  ensure(names: readonly string[], generate: (name: string) => string): Promise<ReadonlyMap<string, Secret>>;
  /** Those made so far. */
  known(): Promise<ReadonlyMap<string, Secret>>;
}

/** What `beginRun` is keyed by and what it fixes. */
export interface RunStart {
  readonly operation: Operation;
  readonly revision: number;
  readonly release: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  /** The run that ends as superseded in the same moment. Default: none. */
  readonly supersedes?: number;
}

export interface Runs {
  /** Gives the next number, and ends the run before it where it supersedes one; the same Temporal run id gets the same run again. */
  begin(start: RunStart): Promise<Run>;
  get(run: number): Promise<Run | undefined>;
  /**
   * Goes on with a run under a number above `above`: the run so far ends as superseded by the one it returns, which is of the
   * same execution. A repeat returns that one again.
   */
  raise(run: number, above: number): Promise<Run>;
  /** Newest first. */
  list(options: { readonly before?: number; readonly limit: number }): Promise<readonly Run[]>;
  /** The newest run without an outcome. */
  open(): Promise<Run | undefined>;
  /** Throws `RunEnded` unless (run, Temporal run id) is open. */
  assertOpen(run: number, temporalRunId: string): Promise<void>;
  savePlan(plan: Plan): Promise<void>;
  plan(run: number): Promise<Plan | undefined>;
  /** Replaces the plan by what is made of it; nobody else changes it meanwhile. */
  amendPlan(run: number, amend: (plan: Plan) => Plan): Promise<Plan>;
  /**
   * Ends the run once: outcome, deploy count and last log line in one transaction; a repeat changes nothing.
   * An `ok` or `unchanged` deploy makes its revision the deployed one.
   */
  finish(run: number, outcome: Outcome, reason: string | undefined, lastLine: NewLogLine): Promise<Run>;
  /** The revision and release of the newest successful deploy. */
  deployed(): Promise<{ readonly revision: number; readonly release: string } | undefined>;
  /** How many deploys ended `ok`, all or those above a run number. */
  deployments(after?: number): Promise<number>;
}

export interface StepRecords {
  /** One more attempt: inserts the record as `running`, or counts it; a `retrying` step stays so until the node answers. */
  begin(key: StepKey): Promise<StepRecord>;
  /**
   * The node answered: the step works again. Keeps the ledger position the round's first check saw; a later attempt of the
   * round finds it in its record. Without a position only the answer is noted.
   */
  reach(key: StepKey, position?: number): Promise<void>;
  /** The step got on with its work: patience begins anew. An answer alone is no progress. */
  progress(key: StepKey): Promise<void>;
  /** Keeps what the step is at, until it ends. */
  work(key: StepKey, work: StepWork): Promise<void>;
  /** Keeps why something is about to be changed, for whichever attempt ends the step. */
  note(key: StepKey, reason: string): Promise<void>;
  /**
   * Records a failed attempt; `counts` = a failure of the step itself; `isOver` = nothing of it is left at work, so the
   * position is forgotten (default: what counts is over). Returns the record with the new totals.
   */
  fail(
    key: StepKey,
    failure: {
      code: string;
      message: string;
      counts: boolean;
      isOver?: boolean;
      parks: boolean;
      /** How long before now it failed first. Default: it has failed now. */
      failingMs?: number;
    },
  ): Promise<StepRecord>;
  end(key: StepKey, state: 'done' | 'unchanged' | 'skipped' | 'aborted', reasons: readonly string[]): Promise<void>;
  /** In the order they began. */
  of(run: number): Promise<readonly StepRecord[]>;
  ofTarget(run: number, target: string): Promise<readonly StepRecord[]>;
}

/** How long things took, to tell what is usual. */
export interface WorkTimes {
  note(work: string, ms: number): Promise<void>;
  /** The medians of the newest times, in milliseconds; without what was never measured. Default: of all kinds of work. */
  usual(works?: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

export interface StepKey {
  readonly run: number;
  readonly target: string;
  readonly step: StepName;
  readonly round: number;
}

/** The SSH host keys of an address, as SHA256 fingerprints in OpenSSH form. */
export interface KnownHost {
  readonly address: string;
  readonly pinned: string;
  /** Another one that it has shown since, and when it last did, in milliseconds since the epoch. */
  readonly shown: { readonly hostKey: string; readonly at: number } | undefined;
}

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

/** A lease on one piece of work in the cluster. */
export interface Claims {
  /** True when `owner` now holds `key` for `forMs`; an expired or own claim is taken over. */
  take(key: string, owner: string, forMs: number): Promise<boolean>;
  release(key: string, owner: string): Promise<void>;
  /** Who holds the key now. */
  holder(key: string): Promise<string | undefined>;
}

export interface Statuses {
  /** `since`: when a look began that has not ended; whatever it finds counts more. Default: the rows are what one has found. */
  save(rows: readonly InstanceStatus[], since?: number): Promise<void>;
  /** What was seen of one alone; the figures of its machine stay those of the last look, and without one nothing is kept. */
  amend(id: string, seen: Pick<InstanceStatus, 'isRunning' | 'detail' | 'seenAt'>): Promise<void>;
  all(): Promise<readonly InstanceStatus[]>;
}

/** Lines that belong together. */
export interface LineBatch {
  readonly lines: readonly NewLogLine[];
  /** Names the batch ((node, step, round, attempt, ordinal)); a repeated id adds nothing. */
  readonly id?: string;
}

/** Where the bytes of a remote command's output came from; the store keeps the offset with the lines. */
export interface OutputSource {
  /** Names one start of a remote command. */
  readonly key: string;
  /** Offset of the chunk's first byte. */
  readonly start: number;
  /** Offset of the first byte after the chunk. */
  readonly end: number;
  /** The command has ended at `end`: an incomplete last line is stored too. */
  readonly last?: boolean;
}

/** Names the first and the last of some lines; they grow with every line, and are 0 where there is none. */
export interface LogExtent {
  readonly first: number;
  readonly last: number;
}

/** Every append throws `RunNotFound`, or `RunEnded` once the run has its outcome: nothing follows a run's last line. */
export interface RunLog {
  /** Appends engine lines in one transaction; see `appendAll`. */
  append(run: number, lines: readonly NewLogLine[], id?: string): Promise<void>;
  /**
   * Appends batches in one transaction. Secrets known to the store are masked, control characters stripped; a text of several
   * lines becomes one, and one of more than 8 KiB pieces that end in ` [cut]` and go on with `... `.
   */
  appendAll(run: number, batches: readonly LineBatch[]): Promise<void>;
  /**
   * Appends the complete lines of a chunk of output, treated as `appendAll` does; the bytes of an incomplete last line stay
   * pending with the offset. Bytes below the stored offset are known already and add nothing, a chunk that begins above it is
   * refused. Returns the offset to go on from.
   */
  appendOutput(
    run: number,
    source: OutputSource,
    chunk: Uint8Array,
    as: Omit<NewLogLine, 'line' | 'level'>,
  ): Promise<number>;
  /** First byte of a remote command's output that is not stored yet. */
  offset(run: number, key: string): Promise<number>;
  /** Lines with seq > from, in order. */
  read(run: number, options: { from: number; limit: number; stream?: string }): Promise<readonly LogLine[]>;
  /** Highest number of the run, 0 before the first line. */
  last(run: number): Promise<number>;
  /** Number of the first line that is still there; undefined where there is none. */
  first(run: number): Promise<number | undefined>;
  /**
   * Removes what is from before a time, except the newest run and the last line of every other; gives the number of lines.
   * What is gone of a run is always its beginning.
   */
  forget(before: number): Promise<number>;
  /** Number of the run's last line once it has ended; undefined while lines may come. */
  end(run: number): Promise<number | undefined>;
  /**
   * Lines of streams over all runs, oldest first (an instance's lines include its node's); a later page never changes an
   * earlier. `last`: none beyond this line of an extent.
   */
  file(
    streams: readonly string[],
    options: { after?: { run: number; seq: number }; last?: number; limit: number },
  ): Promise<readonly LogLine[]>;
  /** Which lines streams have over all runs now. */
  extent(streams: readonly string[]): Promise<LogExtent>;
  /** What came from outside as it may be shown. */
  mask(text: string): Promise<string>;
  /** Plain data of the engine's own as it may be shown: what its texts for people quote is masked, ids and addresses stay. */
  maskOwn<Value>(value: Value): Promise<Value>;
  /** Makes further values masked from now on, in every process that opens the store. */
  learnSecrets(secrets: readonly Secret[]): Promise<void>;
}

/** What the survey of a run found, until its plan is made. */
export interface Surveys {
  /** A node surveyed again replaces its earlier row. */
  save(run: number, surveys: readonly NodeSurvey[]): Promise<void>;
  of(run: number): Promise<readonly NodeSurvey[]>;
}

/** Looks at the cluster that are no runs: the question goes to a worker, the answer back, and an hour later both are gone. */
export interface Inspections {
  /** Keeps what is asked about, encrypted; returns the inspection's id. */
  ask(inspection: Inspection): Promise<string>;
  asked(id: string): Promise<Inspection | undefined>;
  answer<Kind extends Question>(id: string, answer: Answers[Kind]): Promise<void>;
  answerOf<Kind extends Question>(id: string): Promise<Answers[Kind] | undefined>;
}

/** Both included, from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Copies of logs that nodes hold, on their way from a worker to a reader: sealed, and gone ten minutes later. */
export interface LogCopies {
  /** Takes a text over as the log takes output: masked, without control characters, long lines in pieces. */
  keep(id: string, chunks: Iterable<Uint8Array>): Promise<void>;
  /** Bytes of the copy; undefined when there is none, none any more, or not all of it yet. */
  size(id: string): Promise<number | undefined>;
  read(id: string, range?: ByteRange): AsyncGenerator<Buffer>;
  /** Removes those that are too old to be read. */
  sweep(): Promise<void>;
}
