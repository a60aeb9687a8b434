import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';
import { buildClaim } from '../../domain/plan/plan.ts';
import type { StepName } from '../../domain/steps.ts';
import type { Mirror } from '../../mirror/mirror.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { createStepLog } from '../progress/step-log.ts';
import { type BuildPace, PACE } from './build-artefact.ts';
import { createBuilders } from './builders.ts';
import { type AwaitedBuilds, tellWaiting } from './builds-wait.ts';
import { currentBuilder, type Turn } from './current-builder.ts';

interface Waiter extends AwaitedBuilds {
  readonly run: number;
  readonly address: string;
  readonly step: StepName;
}

type Awaiting = Pick<ActivityDependencies, 'log' | 'mirror'> & {
  readonly store: Pick<Store, 'claims' | 'runs' | 'steps' | 'times'>;
};

/** Waits until everything that a step lacks is built, or until it is this node's turn to build it. */
export const createAwaitBuilds =
  (deps: Awaiting) =>
  ({ run, address, step, ...builds }: Waiter): Promise<void> => {
    const { profile, keys } = builds;
    let telling: ReturnType<typeof tellWaiting> | undefined;
    const wait = async ({ cancellationSignal: signal }: Context): Promise<void> => {
      const plan = await deps.store.runs.plan(run);
      const builders = plan?.builders?.[profile] ?? Object.values(plan?.builds ?? {});
      const turn = { deps, place: { run, address, step }, builders: createBuilders(builders) };
      const record = (await deps.store.steps.ofTarget(run, address)).findLast((each) => each.step === step);
      const log = createStepLog(deps.log, { run, stream: address, node: address, step });
      if (record !== undefined) telling = tellWaiting(deps.store, { record, address, log, ...builds });
      try {
        await untilTurn({ turn, mirror: deps.mirror, profile, keys, signal, pace: PACE });
      } finally {
        telling?.stop();
      }
    };
    return withHeartbeat(wait, () => telling?.text());
  };

interface Awaited extends Pick<AwaitedBuilds, 'profile' | 'keys'> {
  readonly turn: Turn;
  readonly mirror: Pick<Mirror, 'findCompiled'>;
  readonly signal: AbortSignal;
  readonly pace: BuildPace;
}

export async function untilTurn({ turn, mirror, profile, keys, signal, pace }: Awaited): Promise<void> {
  const { claims } = turn.deps.store;
  const missing = [...keys];
  for (;;) {
    signal.throwIfAborted();
    const [key] = missing;
    if (key === undefined) return;
    if ((await mirror.findCompiled(profile, key)) !== undefined) {
      missing.shift();
      continue;
    }
    const isOurs = (await currentBuilder(turn, pace.claim)) === turn.place.address;
    if (isOurs && (await claims.holder(buildClaim({ profile, key }))) === undefined) return;
    await wait(pace.look, undefined, { signal });
  }
}
