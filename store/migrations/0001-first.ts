import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnTypes } from './column-types.ts';

export const first = ({ serial }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>) {
    const { schema } = db;
    await schema
      .createTable('engine')
      .addColumn('singleton', 'bigint', (column) => column.primaryKey())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('generation', 'bigint', (column) => column.notNull())
      .addColumn('public_key', 'text', (column) => column.notNull())
      .addColumn('private_key', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('key_check')
      .addColumn('singleton', 'bigint', (column) => column.primaryKey())
      .addColumn('sealed', 'text', (column) => column.notNull())
      .execute();
    await secretTables(db);
    await runTables(db);
    await nodeTables(db);
    await surveyTable(db);
    await logTables(db, serial);
  },
});

async function secretTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('revisions')
    .addColumn('number', 'bigint', (column) => column.primaryKey())
    .addColumn('etag', 'text', (column) => column.notNull())
    .addColumn('configuration', 'text', (column) => column.notNull())
    .addColumn('secrets', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('accepted_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('cluster_secrets')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('masked_values')
    .addColumn('ordinal', 'bigint', (column) => column.primaryKey())
    .addColumn('digest', 'text', (column) => column.notNull().unique())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}

async function runTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('runs')
    .addColumn('number', 'bigint', (column) => column.primaryKey())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('release', 'text', (column) => column.notNull())
    .addColumn('workflow_id', 'text', (column) => column.notNull())
    .addColumn('temporal_run_id', 'text', (column) => column.notNull().unique())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('outcome', 'text')
    .addColumn('reason', 'text')
    .addColumn('plan', 'text')
    .execute();
  await stepKey(schema.createTable('step_records'))
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull())
    .addColumn('failures', 'bigint', (column) => column.notNull())
    .addColumn('first_failure_at', 'bigint')
    .addColumn('position', 'bigint')
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('reasons', 'text', (column) => column.notNull())
    .addColumn('error', 'text')
    .execute();
}

const stepKey = (table: CreateTableBuilder<'step_records'>) =>
  table
    .addColumn('run', 'bigint', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('round', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('step_records_key', ['run', 'target', 'step', 'round']);

async function nodeTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('nodes')
    .addColumn('address', 'text', (column) => column.primaryKey())
    .addColumn('facts', 'text')
    .addColumn('host_key', 'text')
    .execute();
  await schema
    .createTable('instance_numbers')
    .addColumn('component', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('instance_numbers_key', ['component', 'address'])
    .addUniqueConstraint('instance_numbers_number', ['component', 'number'])
    .execute();
  await schema
    .createTable('claims')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('statuses')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .execute();
}

async function surveyTable({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('surveys')
    .addColumn('run', 'bigint', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('survey', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('surveys_key', ['run', 'address'])
    .execute();
}

async function logTables({ schema }: Kysely<unknown>, serial: ColumnTypes['serial']): Promise<void> {
  await schema
    .createTable('log_counters')
    .addColumn('run', 'bigint', (column) => column.primaryKey())
    .addColumn('last', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('log_batches')
    .addColumn('run', 'bigint', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('log_batches_key', ['run', 'id'])
    .execute();
  await schema
    .createTable('log_sources')
    .addColumn('run', 'bigint', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('pending', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('log_sources_key', ['run', 'key'])
    .execute();
  await schema
    .createTable('log_lines')
    .addColumn('id', serial, (column) => column.primaryKey())
    .addColumn('run', 'bigint', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('time', 'bigint', (column) => column.notNull())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('node', 'text')
    .addColumn('step', 'text')
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('line', 'text', (column) => column.notNull())
    .addUniqueConstraint('log_lines_number', ['run', 'seq'])
    .execute();
  // The first serves one stream of one run, the second a stream over all runs in commit order.
  await schema.createIndex('log_lines_stream').on('log_lines').columns(['stream', 'run', 'seq']).execute();
  await schema.createIndex('log_lines_file').on('log_lines').columns(['stream', 'id']).execute();
}
