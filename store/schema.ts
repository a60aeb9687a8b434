import type { Generated } from 'kysely';

/** The tables as both databases hold them: whole numbers, text and nothing else; times are milliseconds since the epoch. */
export interface Schema {
  engine: EngineTable;
  key_check: KeyCheckTable;
  revisions: RevisionTable;
  cluster_secrets: ClusterSecretTable;
  masked_values: MaskedValueTable;
  runs: RunTable;
  step_records: StepRecordTable;
  work_times: WorkTimeTable;
  nodes: NodeTable;
  instance_numbers: InstanceNumberTable;
  installed_instances: InstalledInstanceTable;
  claims: ClaimTable;
  statuses: StatusTable;
  surveys: SurveyTable;
  inspections: InspectionTable;
  log_counters: LogCounterTable;
  log_batches: LogBatchTable;
  log_sources: LogSourceTable;
  log_lines: LogLineTable;
  log_copies: LogCopyTable;
  log_copy_pieces: LogCopyPieceTable;
  access_tokens: AccessTokenTable;
  sessions: SessionTable;
}

/** Text sealed by the vault. */
type Sealed = string;
/** A value as JSON text. */
type Json = string;

interface EngineTable {
  /** Always 1: there is one engine per database. */
  singleton: number;
  id: string;
  generation: number;
  public_key: string;
  private_key: Sealed;
}

interface KeyCheckTable {
  singleton: number;
  /** Opens only with the key this database was made with. */
  sealed: Sealed;
}

interface RevisionTable {
  number: number;
  etag: string;
  /** Secrets are masked in it. */
  configuration: Json;
  secrets: Sealed;
  document: Json;
  accepted_at: number;
}

interface ClusterSecretTable {
  name: string;
  value: Sealed;
}

interface MaskedValueTable {
  /** Grows by one; processes load what is above the one they know. */
  ordinal: number;
  digest: string;
  value: Sealed;
}

interface RunTable {
  number: number;
  operation: string;
  revision: number;
  release: string;
  workflow_id: string;
  temporal_run_id: string;
  started_at: number;
  ended_at: number | null;
  outcome: string | null;
  reason: string | null;
  plan: Json | null;
}

interface StepRecordTable {
  run: number;
  target: string;
  step: string;
  round: number;
  state: string;
  attempts: number;
  failures: number;
  first_failure_at: number | null;
  silent_since: number | null;
  /** Of the node's ledger. */
  position: number | null;
  started_at: number;
  ended_at: number | null;
  reasons: Json;
  error: Json | null;
  work: Json | null;
}

interface WorkTimeTable {
  id: Generated<number>;
  /** Names a kind of work. */
  work: string;
  ms: number;
}

interface NodeTable {
  address: string;
  facts: Json | null;
  host_key: string | null;
  shown_key: string | null;
  shown_at: number | null;
}

interface InstanceNumberTable {
  component: string;
  address: string;
  number: number;
}

interface InstalledInstanceTable {
  id: string;
  component: string;
  number: number;
  address: string;
  revision: number;
  release: string;
  /** Null = wanted running. */
  stopped_at: number | null;
  /** Null = nobody has agreed that it goes. */
  removal_agreed_at: number | null;
}

interface ClaimTable {
  key: string;
  owner: string;
  until: number;
}

interface StatusTable {
  id: string;
  seen_at: number;
  status: Json;
}

interface SurveyTable {
  run: number;
  address: string;
  survey: Json;
}

interface InspectionTable {
  id: string;
  asked_at: number;
  configuration: Sealed;
  answer: Json | null;
}

interface LogCounterTable {
  run: number;
  last: number;
}

interface LogBatchTable {
  run: number;
  id: string;
}

interface LogSourceTable {
  run: number;
  key: string;
  /** First byte not taken over yet. */
  position: number;
  /** What was taken over but is no complete line yet. */
  pending: Sealed;
}

interface LogLineTable {
  /** Order of commit over all runs. */
  id: Generated<number>;
  run: number;
  seq: number;
  time: number;
  stream: string;
  node: string | null;
  step: string | null;
  level: string;
  line: string;
}

interface LogCopyTable {
  id: string;
  made_at: number;
  /** Bytes of the whole text. */
  size: number;
}

interface LogCopyPieceTable {
  id: string;
  /** Of its first byte. */
  start: number;
  size: number;
  made_at: number;
  text: Sealed;
}

export interface AccessTokenTable {
  id: string;
  /** sha256 of what its holder sends. */
  digest: string;
  name: string;
  scope: string;
  created_at: number;
  expires_at: number;
  /** Null = in force until it expires. */
  revoked_at: number | null;
}

interface SessionTable {
  digest: string;
  /** Id of the token that opened it. */
  token: string;
  expires_at: number;
}
