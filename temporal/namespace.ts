import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { phrase, type Text } from '../domain/text/text.ts';
import { ALREADY_EXISTS, grpcStatus, NOT_FOUND, PERMISSION_DENIED, saidBy } from './grpc-status.ts';
import { lacking, mayNotUse } from './temporal-problem.ts';
import type { TemporalServer } from './temporal-server.ts';

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

const RETENTION_DAYS = 30;
const RETENTION_SECONDS = RETENTION_DAYS * 24 * 3600;

export interface Ensured {
  readonly changed: readonly string[];
  /** What is not as it should be, and stops nothing. */
  readonly warnings: readonly Text[];
}

type Place = Pick<TemporalServer, 'address' | 'namespace'>;

/**
 * Registers the namespace where it is missing, keeps what ended for at least 30 days, and adds our search attributes. Throws
 * `EnvironmentLacking`, with the command for somebody who may, where this account may not; the error of gRPC otherwise.
 */
export async function ensureNamespace(connection: Connection, place: Place): Promise<Ensured> {
  const registered = await ensureRegistered(connection, place);
  const retention = registered ? { changed: [], warnings: [] } : await ensureRetention(connection, place);
  const attributes = await ensureSearchAttributes(connection, place);
  return {
    changed: [...(registered ? ['namespace'] : []), ...retention.changed, ...attributes.changed],
    warnings: [...retention.warnings, ...attributes.warnings],
  };
}

/** Tells a namespace from all others, also from those of the same name on other servers; undefined where it has no id. */
export async function namespaceId(
  { workflowService }: Pick<Connection, 'workflowService'>,
  { namespace }: Pick<Place, 'namespace'>,
): Promise<string | undefined> {
  const { namespaceInfo } = await workflowService.describeNamespace({ namespace });
  return namespaceInfo?.id || undefined;
}

async function ensureRegistered({ workflowService }: Connection, place: Place): Promise<boolean> {
  const { namespace } = place;
  try {
    await workflowService.describeNamespace({ namespace });
    return false;
  } catch (error) {
    const status = grpcStatus(error);
    if (status === PERMISSION_DENIED) throw lacking(mayNotUse(place, error), error);
    if (status !== NOT_FOUND) throw error;
  }
  try {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: RETENTION });
    return true;
  } catch (error) {
    // Another worker or gateway was faster.
    if (grpcStatus(error) === ALREADY_EXISTS) return true;
    if (grpcStatus(error) !== PERMISSION_DENIED) throw error;
    throw lacking(
      phrase(
        'the Temporal server at {address} has no namespace {namespace} (TEMPORAL_NAMESPACE), and this account may not register it: {reason}. Have it registered: {command}',
        {
          ...place,
          reason: saidBy(error),
          command: `temporal operator namespace create --namespace ${namespace} --retention ${RETENTION_DAYS}d`,
        },
      ),
      error,
    );
  }
}

// protobufjs declares 64-bit seconds as Long, and takes numbers as well.
const RETENTION = { seconds: RETENTION_SECONDS as never };

async function ensureRetention({ workflowService }: Connection, place: Place): Promise<Ensured> {
  const { namespace } = place;
  const { config } = await workflowService.describeNamespace({ namespace });
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  if (seconds >= RETENTION_SECONDS) return { changed: [], warnings: [] };
  try {
    await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: RETENTION } });
    return { changed: ['retention'], warnings: [] };
  } catch (error) {
    const days = Math.round(seconds / 8_640) / 10;
    const warning = phrase(
      'namespace {namespace} of the Temporal server at {address} keeps what has ended for {days} days, not {wanted}, and this cannot be changed: {reason}',
      { ...place, days, wanted: RETENTION_DAYS, reason: saidBy(error) },
    );
    return { changed: [], warnings: [warning] };
  }
}

async function ensureSearchAttributes(connection: Connection, place: Place): Promise<Ensured> {
  const { operatorService } = connection;
  const { namespace } = place;
  let known: Readonly<Record<string, unknown>>;
  try {
    known = (await operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
  } catch (error) {
    if (grpcStatus(error) !== PERMISSION_DENIED) throw error;
    const warning = phrase(
      'this account may not see whether namespace {namespace} of the Temporal server at {address} has the search attributes {names}: {reason}',
      { ...place, names: Object.keys(SEARCH_ATTRIBUTES), reason: saidBy(error) },
    );
    return { changed: [], warnings: [warning] };
  }
  const others = Object.entries(SEARCH_ATTRIBUTES).filter(([name, type]) => name in known && known[name] !== type);
  if (others.length > 0)
    throw lacking(
      phrase(
        'namespace {namespace} of the Temporal server at {address} has search attributes of other types than the engine needs: {names}. Name a namespace of its own (TEMPORAL_NAMESPACE)',
        { ...place, names: others.map(typed) },
      ),
    );
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => !(name in known));
  if (missing.length === 0) return { changed: [], warnings: [] };
  const names = missing.map(([name]) => name);
  try {
    await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) });
    return { changed: names, warnings: [] };
  } catch (error) {
    if (grpcStatus(error) === ALREADY_EXISTS) return { changed: names, warnings: [] };
    if (grpcStatus(error) !== PERMISSION_DENIED) throw error;
    throw lacking(
      phrase(
        'namespace {namespace} of the Temporal server at {address} lacks the search attributes {names}, and this account may not add them: {reason}. Have them added: {command}',
        { ...place, names, reason: saidBy(error), command: commandFor(namespace, missing) },
      ),
      error,
    );
  }
}

const commandFor = (namespace: string, missing: readonly (readonly [string, number])[]): string =>
  [
    `temporal operator search-attribute create --namespace ${namespace}`,
    ...missing.map(([name, type]) => `--name ${name} --type ${typeName(type)}`),
  ].join(' ');

const typed = ([name, type]: readonly [string, number]): string => `${name} (${typeName(type)})`;

const typeName = (type: number): string => (type === KEYWORD ? 'Keyword' : 'Int');
