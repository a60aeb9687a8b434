import type { Serials } from './activation/contract.ts';
import type { AccessTokens, Sessions } from './callers/contract.ts';
import type { Configurations } from './configurations/contract.ts';
import type { LogCopies, RunLog } from './log/contract.ts';
import type { Adoptions, InstalledInstances, Nodes, Statuses, Surveys } from './nodes/contract.ts';
import type { Claims, Inspections, Requirements, Runs, StepRecords, WorkTimes } from './runs/contract.ts';
import type { ClusterSecrets, EngineIdentities } from './secrets/contract.ts';

/** Everything the engine remembers. SQLite keeps it; nothing here says so, so that another database can follow. */
export interface Store {
  readonly engine: EngineIdentities;
  readonly configurations: Configurations;
  readonly secrets: ClusterSecrets;
  readonly runs: Runs;
  readonly steps: StepRecords;
  readonly times: WorkTimes;
  readonly nodes: Nodes;
  readonly installed: InstalledInstances;
  readonly adoptions: Adoptions;
  readonly claims: Claims;
  readonly requirements: Requirements;
  readonly statuses: Statuses;
  readonly surveys: Surveys;
  readonly inspections: Inspections;
  readonly log: RunLog;
  readonly copies: LogCopies;
  readonly tokens: AccessTokens;
  readonly sessions: Sessions;
  readonly serials: Serials;
  /** Throws `StoreUnwritable`, with what to do, when a new configuration or run could not be kept. */
  assertWritable(): Promise<void>;
  close(): Promise<void>;
}
