import { join } from 'node:path';
import type { StepInput, Stepping } from '../../../activities/attempt/attempt.ts';
import { attemptStep } from '../../../activities/attempt/step-activity.ts';
import { createSightings } from '../../../activities/checks/known.ts';
import type { ReportPace, WorkReport } from '../../../activities/progress/work-report.ts';
import type { ClusterContext } from '../../../cluster/cluster-context.ts';
import type { NodeContext } from '../../../cluster/node-context.ts';
import { Secret } from '../../../domain/secret.ts';
import type { CommandAct, Step } from '../../../domain/step.ts';
import { openMirror } from '../../../mirror/mirror.ts';
import type { Login } from '../../../ssh/connect/login.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import { commandKey } from '../../../ssh/runner/key.ts';
import { createLogWriter } from '../../../store/log/log-writer.ts';
import type { Store } from '../../../store/store.ts';
import { beginRun, configuration } from '../../store/samples.ts';

/** A step as shell text: wanted when the check exits 0, else its command is run, detached. */
export interface ShellStep {
  readonly check: string;
  readonly command: string;
  /** Codes of what its exit codes mean. */
  readonly failures?: CommandAct['failures'];
}

const LIMITS = { patience: 900_000, selfRetry: 60_000, selfRetryMax: 600_000, startDeadline: 60_000, maxInFlight: 50 };

const notNeeded = (): never => {
  throw new Error('a step needs no such thing here');
};

/** What an attempt acts through: the real store and runner, and a cluster of one node that needs nothing. */
export function attemptDependencies(
  store: Store,
  session: NodeSession,
  dataDir: string,
): Stepping & { readonly store: Store } {
  const context = { address: 'local', instances: [], mirrorUrl: '' } as unknown as NodeContext;
  const cluster = { configuration: configuration(), node: () => context } as unknown as ClusterContext;
  return {
    engine: { id: 'engine-a', publicKey: '', privateKey: new Secret('key', 'unused') },
    store,
    log: createLogWriter(store.log),
    logins: { of: async () => ({}) as Login },
    connections: {
      node: async () => session,
      answers: notNeeded,
      hostKey: notNeeded,
      forget: () => {},
      close: notNeeded,
    },
    sightings: createSightings(),
    commandKey,
    mirror: openMirror(join(dataDir, 'mirror')),
    contexts: { load: async () => cluster, serving: async () => cluster, preview: notNeeded },
    limits: LIMITS,
  };
}

/** Opens run 1 with a plan; a repeat finds it. */
export async function beginPlannedRun(store: Store): Promise<number> {
  const run = await beginRun(store);
  if ((await store.runs.plan(run)) !== undefined) return run;
  await store.runs.savePlan({ run, revision: 1, release: '', nodes: [], instances: [], builds: {}, limits: LIMITS });
  return run;
}

interface Attempt {
  readonly round?: number;
  readonly signal?: AbortSignal;
  /** Aborted because somebody cancelled the run; default false. */
  readonly isCancelled?: boolean;
  /** What is not as of a step of the node in run 1. */
  readonly as?: Partial<Pick<StepInput, 'target' | 'step' | 'temporalRunId'>>;
  /** Default: that of people who watch. */
  readonly pace?: ReportPace;
  readonly onReport?: (report: WorkReport) => void;
}

/** One attempt of the step in run 1, as a worker makes it. */
export function attempt(
  deps: Stepping,
  step: ShellStep,
  { round = 1, signal = new AbortController().signal, isCancelled = false, pace, onReport, as }: Attempt = {},
) {
  const input: StepInput = {
    run: 1,
    temporalRunId: 'run',
    target: 'local',
    address: 'local',
    step: 'buildRuby',
    round,
    ...as,
  };
  return attemptStep(deps, input, {
    signal,
    isCancelled: () => isCancelled,
    make: () => toStep(step),
    ...(pace === undefined ? {} : { pace }),
    ...(onReport === undefined ? {} : { onReport }),
  });
}

export const toStep = ({ check, command, failures = {} }: ShellStep): Step<unknown> => ({
  title: 'Test',
  check: { run: { text: check, secrets: {} }, parse: ({ exitCode }) => exitCode === 0 },
  changes: (isDone) =>
    isDone === true
      ? []
      : [
          {
            reason: 'not done yet',
            act: { kind: 'command', command: { text: command, secrets: {} }, long: true, failures },
          },
        ],
});
