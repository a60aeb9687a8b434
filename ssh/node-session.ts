import type { Command, CommandResult } from '../domain/command.ts';
import type { FullFileSystem } from '../domain/node/disk-full.ts';

/** Who may mutate a node: the newest run of the engine that owns it. Compared as (generation, run). */
export interface Fence {
  readonly engine: string;
  readonly generation: number;
  readonly run: number;
}

export interface Claim extends Fence {
  /** Takes the node over from another engine; default false. */
  readonly adopt?: boolean;
}

/** How the node stands: read together with everything that is read. */
export interface NodeStanding {
  /** Number of the ledger's last line, 0 before the first; what a later `run` gives as its `position`. */
  readonly position: number;
  readonly fence: { readonly generation: number; readonly run: number } | undefined;
  /** Id of the engine that claimed the node. */
  readonly owner: string | undefined;
}

export type ReadResult = CommandResult & NodeStanding;

/**
 * Called with each piece of output, standard error merged in; the next piece waits for it. `startedAt` names the start it is
 * of: a command that failed is started again under its key, and its output begins anew.
 */
export type OnOutput = (chunk: Uint8Array, start: number, startedAt: number) => Promise<void> | void;

/** A mutating command, run as root under `set -e`. */
export interface RunRequest {
  readonly fence: Fence;
  /** `nats/0`, or `-` for what concerns the node as a whole. */
  readonly instance: string;
  readonly step: string;
  readonly round: number;
  readonly command: Command;
  /** Detached: outlives the connection. Such a command holds no secret and has no standard input. */
  readonly long: boolean;
  /** Milliseconds after which the node ends the command. */
  readonly timeoutMs: number;
  /** What the check saw: an equal command that ended well after it is not started again. */
  readonly position: number;
  readonly stdin?: Uint8Array;
  /** What is known of a long command's start already: its output is given from there on, that of any other from byte 0. */
  readonly heard?: { readonly startedAt: number; readonly offset: number };
  readonly onOutput?: OnOutput;
  /** Aborted = no longer watched; the command itself runs on. */
  readonly signal?: AbortSignal;
}

/** What makes a command this one. */
export type KeyedCommand = Pick<RunRequest, 'fence' | 'instance' | 'step' | 'round' | 'command'>;

export interface RunResult {
  /** 128 + n when signal n ended it; undefined when it died and nobody knows how. */
  readonly exitCode: number | undefined;
  /** Its supervisor was killed, or the node restarted: what it has done is unknown. */
  readonly died: boolean;
  readonly key: string;
  /** The last lines of the output, at most 4 KiB. */
  readonly tail: string;
  readonly durationMs: number;
  /** File systems of the node without room, where the command failed. */
  readonly full: readonly FullFileSystem[];
  /** It was not started by this call: it ran already, or had ended well. */
  readonly attached: boolean;
  /** Position of its `started` line in the node's ledger. */
  readonly startedAt: number;
}

/** What a run starts for an instance, for one step or for all, in all their rounds. */
export type StepJobs = Pick<RunRequest, 'fence' | 'instance'> & Partial<Pick<RunRequest, 'step'>>;

/** One start of a command, running or over. */
export interface Job {
  readonly key: string;
  readonly round: number;
  readonly startedAt: number;
  /** Its output lies on the node. */
  readonly keepsOutput: boolean;
  /** Where it lies on the node. */
  readonly place: string;
}

/** How a job stands at its end. */
export type JobEnd = Omit<JobState, 'output'> & Pick<RunResult, 'tail' | 'full'>;

export interface JobState {
  readonly state: 'none' | 'running' | 'exited' | 'died' | 'late';
  readonly exitCode: number | undefined;
  /** Bytes of output so far. */
  readonly size: number;
  readonly output: Uint8Array;
}

/** A program of root's on a node, asked again and again without a new process for each question. */
export interface Dialogue {
  /**
   * The answer, up to its last line `ANSWER_END`. Throws `ConnectionLost` when the program is gone, and `CommandTimedOut`;
   * either ends it.
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
  /** The account that logged in first; another than root becomes root with sudo. */
  readonly account: string;
  /** Reads only; needs no runner. A non-zero exit is a result. Default 60,000 ms, then throws `CommandTimedOut`. */
  read(command: Command, options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal }): Promise<ReadResult>;
  /** Begins a program that reads, answers each line it is asked, and ends with its input. */
  openDialogue(command: Command): Promise<Dialogue>;
  /** Throws `DuplicateController` when another engine owns the node, `Superseded` when a newer run was here. */
  installRunner(claim: Claim): Promise<NodeStanding>;
  /** Gives up the claim and takes the runner away; the ledger stays. Throws as `installRunner`; a free node is left alone. */
  leave(fence: Fence): Promise<void>;
  /** A non-zero exit is a result. Throws `Superseded`, `DuplicateController` and `CommandTimedOut` as well. */
  run(request: RunRequest): Promise<RunResult>;
  /** How the command with this key stands, with at most `limit` bytes (default 1 MiB) from `offset` on. */
  poll(key: string, offset?: number, limit?: number): Promise<JobState>;
  /** Everything that was started for it and is still known, oldest first; a node without a runner has nothing. */
  jobs(step: StepJobs): Promise<readonly Job[]>;
  /** Reads a job's output from `offset` on until it ends; `none` when it has been started again or swept meanwhile. */
  follow(
    job: Job,
    options: { readonly offset: number; readonly onOutput?: OnOutput; readonly signal?: AbortSignal },
  ): Promise<JobEnd>;
  /** TERM, then KILL, to everything the command started; answers how it stands then. */
  stop(key: string): Promise<JobState>;
  /** From now on the login's own password comes first again: it was just given to the account. */
  expectOwnPassword(): void;
  /** The bytes of a file that only root may read; throws `CommandFailed` when it cannot be read. */
  readFile(path: string): AsyncIterable<Uint8Array>;
}
