import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor, ActivityInterceptorsFactory } from '@temporalio/worker';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { STEPS } from '../../domain/steps.ts';
import type { CountedConnections } from '../../ssh/connections.ts';
import type { RunLog } from '../../store/log/contract.ts';

/** A look at a node takes a tenth of a second, ruby six minutes. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 1_800];

interface Watched {
  readonly connections: Pick<CountedConnections, 'tally'>;
  readonly log: Pick<RunLog, 'written'>;
}

/** What this worker has done since it started, as Prometheus reads it. */
export interface WorkerMetrics {
  readonly registry: Registry;
  /** Measures the steps of deploys, restarts and stops. */
  readonly interceptor: ActivityInterceptorsFactory;
  /** Tells of the SSH connections and of the log from now on. */
  watch(watched: Watched): void;
}

export function createWorkerMetrics(): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const attempts = new Histogram({
    name: 'deployment_engine_step_attempt_duration_seconds',
    help: 'Attempts of steps on nodes, by step and by how they ended',
    labelNames: ['step', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const failures = new Counter({
    name: 'deployment_engine_step_failures_total',
    help: 'Failed attempts of steps, by step, error code and whether another attempt follows by itself',
    labelNames: ['step', 'code', 'retried'],
    registers,
  });

  return {
    registry,
    interceptor: ({ info: { activityType } }) =>
      Object.hasOwn(STEPS, activityType) ? { inbound: measured(activityType) } : {},
    watch({ connections, log }) {
      new Gauge({
        name: 'deployment_engine_ssh_connections',
        help: 'SSH connections to nodes that are open',
        registers,
        collect() {
          this.set(connections.tally().open);
        },
      });
      new Counter({
        name: 'deployment_engine_ssh_connections_opened_total',
        help: 'SSH connections to nodes that were ever opened',
        registers,
        collect() {
          this.reset();
          this.inc(connections.tally().opened);
        },
      });
      new Counter({
        name: 'deployment_engine_log_lines_written_total',
        help: 'Lines that this worker has stored in the log of runs, the output of commands included',
        registers,
        collect() {
          this.reset();
          this.inc(log.written());
        },
      });
    },
  };

  function measured(step: string): ActivityInboundCallsInterceptor {
    return {
      async execute(input, next) {
        const end = attempts.startTimer({ step });
        try {
          const result = await next(input);
          end({ outcome: stateOf(result) });
          return result;
        } catch (error) {
          const failure = failureOf(error);
          end({ outcome: failure === undefined ? 'detached' : 'failed' });
          if (failure !== undefined) failures.inc({ step, ...failure });
          throw error;
        }
      },
    };
  }
}

const stateOf = (result: unknown): string =>
  typeof result === 'object' && result !== null && 'state' in result ? String(result.state) : 'done';

/** Code of a failed attempt; undefined when the worker stopped or the run was cancelled, and what runs on the node runs on. */
function failureOf(error: unknown): { readonly code: string; readonly retried: string } | undefined {
  if (!(error instanceof ApplicationFailure)) return undefined;
  return { code: error.type ?? 'unknown', retried: String(error.nonRetryable !== true) };
}
