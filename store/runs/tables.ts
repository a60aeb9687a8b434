import type { Generated } from 'kysely';
import type { Json, Sealed } from '../column-values.ts';

export interface RunTables {
  runs: RunTable;
  step_records: StepRecordTable;
  work_times: WorkTimeTable;
  claims: ClaimTable;
  inspections: InspectionTable;
  worker_requirements: WorkerRequirementTable;
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
  /** Counts how often the plan was written. */
  plan_version: Generated<number>;
  /** That a deploy began under; older runs do not say. */
  serial: string | null;
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

interface ClaimTable {
  key: string;
  owner: string;
  until: number;
}

interface InspectionTable {
  id: string;
  asked_at: number;
  configuration: Sealed;
  answer: Json | null;
}

interface WorkerRequirementTable {
  name: string;
  /** Null = since the first worker. */
  since: number | null;
}
