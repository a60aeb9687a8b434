import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';

// CommonJS without static names: only the default import works.
const { INDEXED_VALUE_TYPE_KEYWORD: KEYWORD, INDEXED_VALUE_TYPE_INT: INT } =
  proto.temporal.api.enums.v1.IndexedValueType;

/** Search attributes; workflows/messages.ts has the same names as typed keys. */
const SEARCH_ATTRIBUTES = {
  ClusterId: KEYWORD,
  Operation: KEYWORD,
  Phase: KEYWORD,
  Run: KEYWORD,
  NodesTotal: INT,
  Parked: INT,
} as const;

const RETENTION_SECONDS = 30 * 24 * 3600;

/** Gives the namespace 30 days of retention and our search attributes; returns what was changed. */
export async function ensureNamespace(connection: Connection, namespace: string): Promise<string[]> {
  return [...(await ensureRetention(connection, namespace)), ...(await ensureSearchAttributes(connection, namespace))];
}

async function ensureRetention({ workflowService }: Connection, namespace: string): Promise<string[]> {
  const { config } = await workflowService.describeNamespace({ namespace });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) === RETENTION_SECONDS) return [];
  // protobufjs declares 64-bit seconds as Long, and takes numbers as well.
  const seconds = RETENTION_SECONDS as never;
  await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: { seconds } } });
  return ['retention'];
}

async function ensureSearchAttributes({ operatorService }: Connection, namespace: string): Promise<string[]> {
  const { customAttributes: known } = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => !(name in (known ?? {})));
  if (missing.length === 0) return [];
  await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) });
  return missing.map(([name]) => name);
}
