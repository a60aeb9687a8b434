import type { Command, CommandResult } from './command.ts';
import type { DeploymentEngineError, ErrorCode } from './errors.ts';
import type { Secret } from './secret.ts';
import type { Text } from './text/text.ts';

/** Reads only; several checks travel to a node in one command. */
export interface Check<Facts> {
  readonly run: Command;
  /** Runs once before all checks of a look that have the same; they read the variables it sets. */
  readonly once?: Command;
  /** What one program reads for all checks of a look; where that was not done, `run` reads it by itself. */
  readonly together?: readonly Together[];
  parse(result: Pick<CommandResult, 'exitCode' | 'stdout'>): Facts;
}

/** Names of what a check reads in the same way as others do. */
export interface Together {
  /** Sets shell variables for the checks that follow; one function for all checks that share it. */
  readonly read: (names: readonly string[]) => Command;
  readonly names: readonly string[];
  /**
   * A shell variable (`known_...`) that it sets too, and that the next look at the node begins with: an answer that costs the
   * node much, behind a digest of what it was found out from.
   */
  readonly keeps?: string;
}

/** Runs shell text on the node, as root, under `set -e`. */
export interface CommandAct {
  readonly kind: 'command';
  readonly command: Command;
  /** Runs detached, outlives our connection and is re-attached; such a command holds no secret. */
  readonly long?: boolean;
  /** Milliseconds; default 60,000, long ones 3,600,000. */
  readonly timeoutMs?: number;
  /** Exit codes with a more specific error than `CommandFailed`. */
  readonly failures?: Readonly<Record<number, ErrorCode>>;
  /** The one of these after which a retry at once would fail again: the step parks. */
  readonly hopeless?: number;
  /** Gives the configured user its configured password. */
  readonly setsPassword?: boolean;
}

/** Installs the fenced runner and claims the node for this engine, in one atomic command. */
export interface InstallRunnerAct {
  readonly kind: 'installRunner';
  /** The engine that the node is taken over from. Default: nobody. */
  readonly adopt?: string;
}

/** Gives up the claim on the node and takes the runner away, in one atomic command. */
export interface LeaveAct {
  readonly kind: 'leave';
}

/** Writes a file over SSH by rename, with its final owner and mode. */
export interface UploadAct {
  readonly kind: 'upload';
  readonly path: string;
  readonly content: string | Uint8Array | Secret;
  /** Octal, e.g. `0600`. */
  readonly mode: string;
  /** Default `root:root`. */
  readonly owner?: string;
}

/** Pulls a public blob from the mirror to a path, verified by its digest. */
export interface FetchBlobAct {
  readonly kind: 'fetchBlob';
  readonly sha256: string;
  readonly size: number;
  readonly path: string;
}

/** Part of a build's preparation. */
export interface Preparation {
  readonly act: Act;
  /** Read-only; exits 0 where the part is done already. */
  readonly unless?: Command;
}

/** Makes an artefact once in the cluster; every other node of the profile unpacks the archive. */
export interface BuildAct {
  readonly kind: 'build';
  /** Names artefact and inputs: `ruby/3.1.2/<digest>`, `package/nats/<digest>`. */
  readonly key: string;
  readonly profile: string;
  /** What only the builder needs, first. */
  readonly prepare: readonly Preparation[];
  /** Long, for up to a day; leaves the archive (tar.gz) at `archive`, where it appears whole. */
  readonly compile: Command;
  readonly archive: string;
  /** Puts the content of `archive` in place, marker last. */
  readonly unpack: Command;
}

export type Act = CommandAct | InstallRunnerAct | LeaveAct | UploadAct | FetchBlobAct | BuildAct;

/** One difference from what is wanted: why it is changed, and how. */
export interface Change {
  readonly reason: Text;
  /** Further reasons for the same act. */
  readonly also?: readonly Text[];
  readonly act: Act;
}

/** One desired state of a node. */
export interface Step<Facts> {
  readonly title: Text;
  readonly check: Check<Facts>;
  /** Pure; empty = as wanted. Throws where no change can help (disk too small). */
  changes(facts: Facts): readonly Change[];
  /** What to say where the changes did not help. Default: `StepNotConverged` with the reasons that are left. */
  unmet?(facts: Facts): DeploymentEngineError | undefined;
  /** What is as wanted now but will not stay so by itself; for plan and log. Default: nothing. */
  warnings?(facts: Facts): readonly Text[];
  /** How the log tells the bytes that the changes sent to the node. Default: not at all. */
  sent?(bytes: number): Text;
}

export interface StepOutcome {
  readonly state: 'unchanged' | 'changed';
  readonly reasons: readonly Text[];
}

/** A change that is one short command. */
export const change = (reason: Text, command: Command, options: Omit<CommandAct, 'kind' | 'command'> = {}): Change => ({
  reason,
  act: { kind: 'command', command, ...options },
});
