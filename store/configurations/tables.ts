import type { Json, Sealed } from '../column-values.ts';

export interface ConfigurationTables {
  revisions: RevisionTable;
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
