import type { Generated } from 'kysely';
import type { Sealed } from '../column-values.ts';

export interface LogTables {
  log_counters: LogCounterTable;
  log_batches: LogBatchTable;
  log_sources: LogSourceTable;
  log_lines: LogLineTable;
  log_copies: LogCopyTable;
  log_copy_pieces: LogCopyPieceTable;
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
