import type { Logger } from 'pino';
import type { Activate } from '../activation/activate.ts';
import type { DamagedFile } from '../domain/damaged-file.ts';
import type { LogLine } from '../domain/run/log.ts';
import type { Settings } from '../domain/schemas/settings.ts';
import type { Store } from '../store/store.ts';
import type { Callers } from './callers/callers.ts';
import type { DryRun } from './candidate/dry-run.ts';
import type { Turns } from './http/turns.ts';
import type { LogReaders } from './log-socket/log-readers.ts';
import type { ClusterClient } from './temporal/cluster-client.ts';

/** Reads a run's lines with seq > from; ends with the run where asked to, else when aborted. */
type FollowRun = (options: {
  readonly run: number;
  readonly from: number;
  readonly stream?: string;
  readonly untilEnd: boolean;
  readonly signal: AbortSignal;
}) => AsyncIterable<readonly LogLine[]>;

/** What the gateway needs; tests pass their own. */
export interface ApiDependencies {
  readonly store: Store;
  readonly cluster: ClusterClient;
  /** Of Temporal, where the cluster's workflows are. */
  readonly namespace: string;
  /** Identifies who sends a request. */
  readonly callers: Callers;
  readonly followRun: FollowRun;
  readonly readers: LogReaders;
  readonly dryRun: DryRun;
  /** Limits how many requests look at nodes at the same time. */
  readonly looks: Turns;
  /** sha256 of the release the engine deploys now; undefined = the mirror holds none. */
  readonly release: () => Promise<string | undefined>;
  /** Name of that release. */
  readonly releaseName: () => Promise<string | undefined>;
  readonly activate: Activate;
  readonly settings: Settings;
  readonly log: Logger;
  /** Files of this engine that differ from its package; undefined = not checked yet. */
  readonly damage: () => readonly DamagedFile[] | undefined;
  /** IP addresses of this machine. */
  readonly ownAddresses: () => readonly string[];
  /** Networks this machine is in, such as `10.0.0.1/24`. */
  readonly ownNetworks: () => readonly string[];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}
