import type { StepRecord } from '../../domain/run/run.ts';
import { runnerInstanceOf, streamOf } from '../../domain/run/target.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { fenceOf } from '../attempt/fence.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { servingContextOfRun } from '../wanted/run-context.ts';
import { type Patience, whileItAnswers } from './while-it-answers.ts';

/**
 * What runs on an abandoned node is ended by the fence of the next run. A deploy that takes over from a parked one must have begun
 * before its caller's ten seconds are over, so silence is not waited for longer.
 */
const PATIENCE: Patience = { silent: 6_000, slow: 60_000 };

interface Ended {
  readonly run: number;
  /** Address (preparing) or instance id (updating). */
  readonly target: string;
  readonly address: string;
}

type Ending = Pick<ActivityDependencies, 'connections' | 'contexts' | 'engine' | 'log' | 'logins'> & {
  readonly store: Pick<Store, 'engine' | 'runs' | 'steps'>;
};

export const createEndCommands =
  (deps: Ending) =>
  (ended: Ended): Promise<{ readonly isKnown: boolean }> =>
    withHeartbeat(() => endCommands(deps, ended));

/**
 * Ends what a target that was cancelled or given up has left running on its node, whoever started it and whether somebody
 * still watches it: a worker that was killed meanwhile, or an attempt that waited to try again, could not. Tells whether the
 * node has answered.
 */
export async function endCommands(
  deps: Ending,
  ended: Ended,
  patience = PATIENCE,
): Promise<{ readonly isKnown: boolean }> {
  const { run, target, address } = ended;
  const answers = (withinMs: number): Promise<boolean> => deps.connections.answers(address, withinMs);
  const trouble = await whileItAnswers(() => endAll(deps, ended), answers, patience);
  const isKnown = trouble === undefined;
  await closeRecords(
    deps.store,
    ended,
    isKnown ? 'ended by an operator' : phrase('remote-unknown: {address} could not be asked', { address }),
  );
  const as = { stream: streamOf(target), node: address, step: undefined };
  if (!isKnown)
    deps.log.write(
      run,
      [{ ...as, level: 'error', line: inOwnLanguage(unknownLine(address, trouble)) }],
      `end/${target}`,
    );
  // If the run was closed meanwhile, its log is closed too.
  await deps.log.flush(run).catch(() => undefined);
  return { isKnown };
}

const unknownLine = (address: string, trouble: Text): Text =>
  phrase(
    'remote-unknown: a command of this run may still be at work on {address} ({trouble}); the next deploy that reaches it ends it',
    { address, trouble },
  );

async function endAll(deps: Ending, { run, target, address }: Ended): Promise<void> {
  const { configuration } = await servingContextOfRun(deps, run);
  const session = await deps.connections.node(address, await deps.logins.of(configuration, address), 'anyone');
  const fence = await fenceOf(deps, run);
  const jobs = await session.jobs({ fence, instance: runnerInstanceOf(target) });
  await Promise.all(jobs.filter(({ place }) => place.startsWith('jobs/')).map(({ key }) => session.stop(key)));
}

/** Steps without an attempt at work. */
async function closeRecords({ steps }: Pick<Store, 'steps'>, { run, target }: Ended, reason: Text): Promise<void> {
  const isOpen = ({ state }: StepRecord): boolean => state === 'running' || state === 'retrying';
  for (const { step, round } of (await steps.ofTarget(run, target)).filter(isOpen))
    await steps.end({ run, target, step, round }, 'aborted', [reason]);
}
