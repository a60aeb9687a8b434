import { DeploymentEngineError } from '../domain/errors.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { DEADLINE_EXCEEDED, grpcStatus, NOT_FOUND, PERMISSION_DENIED, saidBy, UNAUTHENTICATED } from './grpc-status.ts';
import type { TemporalServer } from './temporal-server.ts';
import { whyUnreachable } from './why-unreachable.ts';

/** Why a call to Temporal failed: what, where, and what to do. `withinMs`: how long to look for the reason. */
export async function temporalProblem(server: TemporalServer, error: unknown, withinMs?: number): Promise<Text> {
  const { address, namespace } = server;
  const status = grpcStatus(error);
  const reason = saidBy(error);
  if (status === NOT_FOUND)
    return phrase(
      'the Temporal server at {address} has no namespace {namespace}; TEMPORAL_NAMESPACE names it, and a start of the engine registers it',
      { address, namespace },
    );
  if (status === PERMISSION_DENIED) return mayNotUse(server, error);
  if (status === UNAUTHENTICATED)
    return phrase(
      'the Temporal server at {address} does not take our credentials: {reason}. See TEMPORAL_API_KEY and TEMPORAL_TLS_CLIENT_CERT_PATH',
      { address, reason },
    );
  const why = await whyUnreachable(server, withinMs);
  if (why !== undefined) return why.text;
  return status === DEADLINE_EXCEEDED
    ? phrase('the Temporal server at {address} does not answer in time', { address })
    : phrase('the Temporal server at {address} does not serve us: {reason}', { address, reason });
}

export const mayNotUse = (
  { address, namespace }: Pick<TemporalServer, 'address' | 'namespace'>,
  cause: unknown,
): Text =>
  phrase('this account may not use namespace {namespace} of the Temporal server at {address}: {reason}', {
    address,
    namespace,
    reason: saidBy(cause),
  });

export const lacking = (text: Text, cause?: unknown): DeploymentEngineError =>
  new DeploymentEngineError('EnvironmentLacking', text, { cause });

/** Workers of another Temporal hold the runs of a store; `seconds` that their claim lasts. */
export const anotherHolds = (
  { address, namespace }: Pick<TemporalServer, 'address' | 'namespace'>,
  { cluster, seconds }: { readonly cluster: string; readonly seconds: number },
): Text =>
  phrase(
    'The runs of cluster {cluster} in this store are those of another Temporal server or namespace, whose workers are at work. See TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE (here {namespace} at {address}), and whether another engine has the same DATABASE_URL. If that Temporal is gone for good, stop those workers: {seconds} s after the last of them this can be started.',
    { cluster, namespace, address, seconds },
  );

/** Workers with another store take tasks of the same name. */
export const anotherStores = (
  { address, namespace }: Pick<TemporalServer, 'address' | 'namespace'>,
  cluster: string,
): Text =>
  phrase(
    'Workers with another store work on a cluster {cluster} in namespace {namespace} of the Temporal server at {address}, and each would take the tasks of the other. Give this engine a namespace of its own (TEMPORAL_NAMESPACE) or its cluster another name (DEPLOYMENT_ENGINE_CLUSTER), or stop those workers and start this again; the Workers of watch/{cluster} in the Temporal Web UI say which processes they are.',
    { cluster, namespace, address },
  );
