import type { ActivationTables } from './activation/tables.ts';
import type { CallerTables } from './callers/tables.ts';
import type { ConfigurationTables } from './configurations/tables.ts';
import type { LogTables } from './log/tables.ts';
import type { NodeTables } from './nodes/tables.ts';
import type { RunTables } from './runs/tables.ts';
import type { SecretTables } from './secrets/tables.ts';

/** The tables, in whole numbers and text alone, which any database has; times are milliseconds since the epoch. */
export interface Schema
  extends ActivationTables, CallerTables, ConfigurationTables, LogTables, NodeTables, RunTables, SecretTables {}
