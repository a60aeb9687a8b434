import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { isEngineError } from '../domain/errors.ts';
import { grpcStatus, PERMISSION_DENIED, UNAUTHENTICATED } from './grpc-status.ts';
import { ensureNamespace, type Ensured } from './namespace.ts';
import { lacking, temporalProblem } from './temporal-problem.ts';
import type { TemporalServer } from './temporal-server.ts';
import { whyUnreachable } from './why-unreachable.ts';

interface Patience {
  /** After this it says why. Default: never. */
  readonly withinMs?: number;
  /** Aborting it rejects. */
  readonly signal?: AbortSignal;
}

const NOT_SERVING = 2;
const USABLE_WITHIN_MS = 30_000;

/**
 * Waits for the server, then makes its namespace ours. Throws `EnvironmentLacking` for what waiting cannot change, and when
 * `withinMs` is over.
 */
export async function untilServes(server: TemporalServer, patience: Patience = {}): Promise<Ensured> {
  const { withinMs = Infinity, signal } = patience;
  const until = performance.now() + withinMs;
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, signal === undefined ? {} : { signal });
  // A gRPC connection that meets a closed port backs off for a second, and later says only that it was too late.
  for (;;) {
    const why = await whyUnreachable(server);
    if (why === undefined) break;
    if (!why.mayPass || performance.now() >= until) throw lacking(why.text);
    await pause(20);
  }
  const connection = Connection.lazy({ ...server.connection, connectTimeout: '10s' });
  try {
    for (;;) {
      try {
        await assertServing(connection);
        const ensured = await ensureNamespace(connection, server);
        if (ensured.changed.length > 0) await untilUsable(connection, server, pause);
        return ensured;
      } catch (error) {
        if (isEngineError(error) || signal?.aborted) throw error;
        if (cannotPass(error) || performance.now() >= until) throw lacking(await temporalProblem(server, error), error);
      }
      await pause(30);
    }
  } finally {
    await connection.close();
  }
}

async function assertServing({ healthService }: Connection): Promise<void> {
  const { status } = await healthService.check({ service: 'temporal.api.workflowservice.v1.WorkflowService' });
  if (status === NOT_SERVING) throw new Error('it is still starting');
}

const cannotPass = (error: unknown): boolean => [PERMISSION_DENIED, UNAUTHENTICATED].includes(grpcStatus(error) ?? -1);

/** What was registered takes some seconds to be known to all parts of a cluster. */
async function untilUsable(
  { workflowService }: Connection,
  { namespace }: TemporalServer,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const until = performance.now() + USABLE_WITHIN_MS;
  const query = `ClusterId = '' AND Operation = '' AND Phase = '' AND Run = '' AND NodesTotal = 0 AND Parked = 0`;
  for (;;) {
    try {
      await workflowService.countWorkflowExecutions({ namespace, query });
      return;
    } catch (error) {
      if (performance.now() >= until) throw error;
    }
    await pause(50);
  }
}
