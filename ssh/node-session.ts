import type { Command, CommandResult } from '../domain/command.ts';
import type { FullFileSystem } from '../domain/node/disk-full.ts';

/** Who may change a node: the newest run of the engine that owns it. Compared as (generation, run). */
export interface Fence {
  readonly engine: string;
  readonly generation: number;
  readonly run: number;
}

export interface Claim extends Fence {
  /** Takes the node over from this engine alone; `UNKNOWN_OWNER`: from whoever had it, where the claim is damaged. Default: from nobody. */
  readonly adopt?: string;
  /** What the node keeps of the claim beyond whose it is, for people. Default: nothing. */
  readonly about?: Readonly<Record<string, string>>;
}

/** The node's state, which comes with every read. */
export interface NodeStanding {
  /** Number of the ledger's last line, 0 before the first; a later `run` passes it as its `position`. */
  readonly position: number;
  readonly fence: { readonly generation: number; readonly run: number } | undefined;
  /** Id of the engine that claimed the node. */
  readonly owner: string | undefined;
}

export type ReadResult = CommandResult & NodeStanding;

/**
 * Called with each piece of output, standard error included; the next piece waits for it. `startedAt` says which start it
 * belongs to: a command that failed is started again under the same key, and its output begins anew.
 */
export type OnOutput = (chunk: Uint8Array, start: number, startedAt: number) => Promise<void> | void;

/** A mutating command, run as root under `set -e`. */
export interface RunRequest {
  readonly fence: Fence;
  /** `nats/0`, or `-` for the node as a whole. */
  readonly instance: string;
  readonly step: string;
  readonly round: number;
  readonly command: Command;
  /** Detached: outlives the connection. Such a command has no secrets and no standard input. */
  readonly long: boolean;
  /** Milliseconds after which the node ends the command. */
  readonly timeoutMs: number;
  /** Ledger position that the check saw: an equal command that succeeded after it is not started again. */
  readonly position: number;
  readonly stdin?: Uint8Array;
  /** The start whose output was read before, and how far; output of any other start is read from byte 0. */
  readonly heard?: { readonly startedAt: number; readonly offset: number };
  readonly onOutput?: OnOutput;
  /** Aborting stops watching; the command itself runs on. */
  readonly signal?: AbortSignal;
}

/** Identifies a command. */
export type KeyedCommand = Pick<RunRequest, 'fence' | 'instance' | 'step' | 'round' | 'command'>;

export interface RunResult {
  /** 128 + n when signal n ended it; undefined when nobody knows how it died. */
  readonly exitCode: number | undefined;
  /** Its supervisor was killed or the node restarted: what it has done is unknown. */
  readonly died: boolean;
  readonly key: string;
  /** The last lines of the output, at most 4 KiB. */
  readonly tail: string;
  readonly durationMs: number;
  /** Full file systems of the node, when the command failed. */
  readonly full: readonly FullFileSystem[];
  /** This call did not start it: it was running already, or had succeeded. */
  readonly attached: boolean;
  /** Position of its `started` line in the node's ledger. */
  readonly startedAt: number;
}

/** What a run starts for an instance, for one step or for all, in all rounds. */
export type StepJobs = Pick<RunRequest, 'fence' | 'instance'> & Partial<Pick<RunRequest, 'step'>>;

/** One start of a command, running or over. */
export interface Job {
  readonly key: string;
  readonly round: number;
  readonly startedAt: number;
  /** Its output is still on the node. */
  readonly keepsOutput: boolean;
  /** Its path on the node. */
  readonly place: string;
}

/** A job's state at its end. */
export type JobEnd = Omit<JobState, 'output'> & Pick<RunResult, 'tail' | 'full'>;

export interface JobState {
  readonly state: 'none' | 'running' | 'exited' | 'died' | 'late';
  readonly exitCode: number | undefined;
  /** Bytes of output so far. */
  readonly size: number;
  readonly output: Uint8Array;
}

/** A root program on a node that answers one question after the other, without a new process for each. */
export interface Dialogue {
  /**
   * The answer, up to its last line `ANSWER_END`. Throws `ConnectionLost` when the program is gone, or `CommandTimedOut`; either
   * ends it.
   */
  ask(line: string, timeoutMs: number): Promise<string>;
  close(): void;
}

/**
 * One node. Every call connects again when the connection was lost; all throw `NodeUnreachable`, `ConnectionLost`,
 * `AuthenticationFailed`, `HostKeyMismatch` and `NodeProtocolError`. Those that write throw `DiskFull` and `NodeUnfit`
 * (read-only, no `/dev/shm`) before anything was done, and `ClaimDamaged`.
 */
export interface NodeSession {
  readonly address: string;
  /** The account that logged in; any but root becomes root with sudo. */
  readonly account: string;
  /** Only reads; needs no runner. A non-zero exit is a result. After the time-out, default 60,000 ms, throws `CommandTimedOut`. */
  read(command: Command, options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal }): Promise<ReadResult>;
  /** Starts a program that only reads, answers each line it is sent, and ends with its input. */
  openDialogue(command: Command): Promise<Dialogue>;
  /** Throws `DuplicateController` when another engine owns the node, `Superseded` when a newer run was here. */
  installRunner(claim: Claim): Promise<NodeStanding>;
  /** Gives up the claim and removes the runner; the ledger stays. Throws as `installRunner`; a node without claim is left alone. */
  leave(fence: Fence): Promise<void>;
  /** A non-zero exit is a result. Throws `Superseded`, `DuplicateController` and `CommandTimedOut` as well. */
  run(request: RunRequest): Promise<RunResult>;
  /** State of the command with this key, and at most `limit` bytes (default 1 MiB) of its output from `offset` on. */
  poll(key: string, offset?: number, limit?: number): Promise<JobState>;
  /** Everything that was started and is still known, oldest first; nothing on a node without a runner. */
  jobs(step: StepJobs): Promise<readonly Job[]>;
  /** Reads a job's output from `offset` on until it ends; `none` when it has meanwhile been started again or swept. */
  follow(
    job: Job,
    options: { readonly offset: number; readonly onOutput?: OnOutput; readonly signal?: AbortSignal },
  ): Promise<JobEnd>;
  /** Sends TERM, then KILL, to everything the command started; returns its state. */
  stop(key: string): Promise<JobState>;
  /** The login's own password comes first again: the account has just been given it. */
  expectOwnPassword(): void;
  /** The bytes of a file that only root may read; throws `CommandFailed` when it cannot be read. */
  readFile(path: string): AsyncIterable<Uint8Array>;
}
