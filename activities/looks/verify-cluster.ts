import { sh } from '../../domain/command.ts';
import { isEngineError } from '../../domain/errors.ts';
import { type InstanceStatus, STOPPED_BY_OPERATOR } from '../../domain/instance-status.ts';
import { componentOf, instanceTag } from '../../domain/instance.ts';
import type { Outcome } from '../../domain/run/run.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { withSignal } from '../access/with-signal.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { INSTANCE } from '../checks/process-status.ts';
import { createInTurn, LOGINS_AT_ONCE } from '../in-turn.ts';
import { type LookedUp, lookUpRecord } from '../preflight/dns-record.ts';
import { createStepLog } from '../progress/step-log.ts';
import { contextOfRun } from '../wanted/run-context.ts';
import { LOOK_MS, lookAtInstances } from './look-at-instances.ts';
import { createLookReport, type LookReport } from './look-report.ts';

type Cluster = Pick<Awaited<ReturnType<typeof contextOfRun>>, 'configuration' | 'instances'>;
type Asking = Pick<ActivityDependencies, 'connections' | 'log' | 'logins'> & {
  readonly store: Pick<Store, 'statuses'>;
};
type Verifying = Asking & Pick<ActivityDependencies, 'contexts'> & { readonly store: Pick<Store, 'runs' | 'times'> };

/** Outcomes of deploys that were verified. */
const VERIFIED: readonly Outcome[] = ['ok', 'unchanged', 'incomplete'];
const RUNS_LOOKED_AT = 20;

/** Checks that every instance of the run runs by monit's report, or was stopped by an operator; says which do not, and why. */
export function createVerifyCluster(given: Verifying) {
  return ({ run }: { readonly run: number }): Promise<{ readonly problems: readonly Text[] }> => {
    let text: LookReport['text'] | undefined;
    const verify = async ({ cancellationSignal: signal }: { readonly cancellationSignal: AbortSignal }) => {
      const deps = { ...given, connections: withSignal(given.connections, signal) };
      const cluster = await contextOfRun(deps, run);
      const addresses = [...new Set(cluster.instances.map(({ address }) => address))];
      const report = createLookReport({ ...deps, run, name: 'verify', addresses });
      ({ text } = report);
      const enter = async (address: string) =>
        deps.connections.node(address, await deps.logins.of(cluster.configuration, address), 'watcher');
      const looking = (await isFrontConcerned(run))
        ? lookUpRecord(cluster.configuration, { addresses, enter })
        : Promise.resolve(undefined);
      const before = async (): Promise<void> => tellNames(await looking, run);
      const verified = problemsOf(deps, cluster, { run, report, before, signal });
      return { problems: await verified.finally(report.stop) };
    };
    return withHeartbeat(verify, () => text?.());
  };

  /** Whether the record of the cluster's names may be another one now than when it was asked for last. */
  async function isFrontConcerned(run: number): Promise<boolean> {
    const plan = await given.store.runs.plan(run);
    if (plan === undefined || plan.instances.some(({ id }) => componentOf(id) === 'haproxy')) return true;
    const earlier = await given.store.runs.list({ before: run, limit: RUNS_LOOKED_AT });
    const deploy = earlier.find(({ operation }) => operation === 'deploy');
    return deploy?.outcome === undefined || !VERIFIED.includes(deploy.outcome);
  }

  /** Only a warning: nodes have their hosts files, and we cannot know which name servers people use. */
  function tellNames(record: LookedUp | undefined, run: number): void {
    const log = createStepLog(given.log, { run, stream: 'local', node: undefined, step: 'DNS' });
    for (const { what, remedy } of record?.findings ?? [])
      log.write('warn', phrase('{what}: {remedy}', { what, remedy }));
  }
}

interface Verification {
  readonly run: number;
  readonly report: LookReport;
  /** Comes before the log is said to be complete. */
  readonly before?: () => Promise<void>;
  readonly signal?: AbortSignal;
}

export async function problemsOf(
  deps: Asking,
  cluster: Cluster,
  { run, report, before, signal }: Verification,
): Promise<readonly Text[]> {
  const addresses = [...new Set(cluster.instances.map(({ address }) => address))];
  const inTurn = createInTurn(LOGINS_AT_ONCE);
  const look = (address: string) =>
    report.at(
      address,
      inTurn(() => lookAtInstances(deps, cluster, address), signal),
    );
  const rows = (await Promise.all(addresses.map(look))).flat();
  await report.done(rows.every(({ isRunning }) => isRunning));
  await deps.store.statuses.save(rows);
  const fallen = rows.filter(({ isRunning, detail }) => !isRunning && detail !== STOPPED_BY_OPERATOR);
  const problem = (row: InstanceStatus) => report.at(row.address, problemOf(deps, cluster, { run, row }));
  const problems = await Promise.all(fallen.map(problem));
  await before?.();
  // The run's last line comes after them.
  report.stop();
  await deps.log.flush(run);
  return problems;
}

/** In one line; the rest is in the instance's log. */
async function problemOf(
  deps: Asking,
  cluster: Cluster,
  { run, row: { id, address, detail } }: { readonly run: number; readonly row: InstanceStatus },
): Promise<Text> {
  const words = await wordsOf(deps, cluster, { id, address });
  const log = createStepLog(deps.log, { run, stream: instanceTag(id), node: address, step: 'verify' });
  for (const line of words) log.write('warn', line);
  return phrase('{id} does not run: {why}', { id, why: words[0] ?? detail });
}

/** Output and logs of its processes; nothing if the node does not answer or has the scripts of an older engine. */
async function wordsOf(
  { connections, logins }: Asking,
  { configuration }: Cluster,
  { id, address }: Pick<InstanceStatus, 'id' | 'address'>,
): Promise<string[]> {
  try {
    const session = await connections.node(address, await logins.of(configuration, address), 'watcher');
    const { stdout } = await session.read(sh`${INSTANCE} why ${instanceTag(id)}`, { timeoutMs: LOOK_MS });
    return stdout.split('\n').filter((line) => line !== '');
  } catch (error) {
    if (!isEngineError(error) || error.retry === 'always') throw error;
    return [];
  }
}
