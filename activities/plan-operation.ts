import { sh } from '../domain/command.ts';
import { DeploymentEngineError, ERRORS, type ErrorCode, isEngineError } from '../domain/errors.ts';
import { type Instance, instanceId, placeOf } from '../domain/instance.ts';
import { type InstanceOperation, operationPlan, planOperation } from '../domain/operation.ts';
import type { PlannedInstance } from '../domain/plan.ts';
import type { NodeSurvey, SurveyFailure } from '../domain/survey.ts';
import type { Run } from '../domain/run.ts';
import type { Store } from '../store/store.ts';
import { type ClusterContext, clusterOf } from './cluster-contexts.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { instanceFolder } from './node-context.ts';
import { joinChecks, splitChecks } from './probe.ts';
import { fenceSeen } from './survey.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** Somebody waits for the answer. */
const LOOK_MS = 10_000;

export interface OperationInput {
  readonly run: number;
  readonly operation: InstanceOperation;
  /** Ids of instances. */
  readonly instances: readonly string[];
  /** Whether the run is one of its own; else a deploy that is parked, whose plan stays as it is. */
  readonly isOwn: boolean;
}

/** What is to be done, or why nothing is. */
export interface OperationPlan {
  /** The number it goes on under, where nodes have seen a higher one. */
  readonly run: number;
  readonly instances: readonly Pick<PlannedInstance, 'id' | 'address' | 'needs'>[];
  /** Ids of those that are not installed. */
  readonly absent: readonly string[];
  readonly refusal?: SurveyFailure;
}

/** The run's book-keeping that it takes part in. */
interface Book {
  aboveFences(run: number): Promise<Run>;
  say(run: number, line: string, id: string): Promise<void>;
}

type Placed = Pick<Instance, 'id' | 'component' | 'address'>;

/** Looks at the nodes concerned, and plans only where each of them has answered: an operation is not begun by half. */
export const createPlanOperation =
  (deps: ActivityDependencies, { aboveFences, say }: Book) =>
  (input: OperationInput): Promise<OperationPlan> =>
    withHeartbeat(async () => {
      const { operation, isOwn } = input;
      const { store } = deps;
      const cluster = await clusterOf(deps, input.run);
      const placed = await placesOf(store, input.instances);
      const looks = await Promise.all(
        [...Map.groupBy(placed, ({ address }) => address)].map(([address, own]) => look(deps, cluster, address, own)),
      );
      if (isOwn) await store.surveys.save(input.run, looks);
      const begun = isOwn ? await aboveFences(input.run) : { number: input.run };
      const run = begun.number;

      const failures = looks.flatMap(({ failure }) => failure ?? []);
      const found = new Set(
        looks.flatMap(({ instances }) => instances.flatMap(({ id, isInstalled }) => (isInstalled ? [id] : []))),
      );
      const absent = placed.filter(({ id }) => !found.has(id)).map(({ id }) => id);
      if (failures.length > 0) return { run, instances: [], absent: [], refusal: together(failures, operation) };
      const installed = placed.filter(({ id }) => found.has(id));
      const refusal = operation === 'restart' && installed.length === 0 ? notInstalled(absent) : undefined;
      const instances = planOperation({ operation, instances: installed });
      if (isOwn && 'revision' in begun)
        await store.runs.savePlan(
          operationPlan({ run, revision: begun.revision, release: begun.release }, instances, deps.limits),
        );
      if (!isOwn)
        await say(run, `${operation} inside this run: ${listOf(input.instances)}`, `${operation}/${Date.now()}`);
      for (const id of absent) await say(run, `${id} is not installed`, `absent/${id}`);
      return {
        run,
        instances: instances.map(({ id, address, needs }) => ({ id, address, needs })),
        absent,
        ...(refusal === undefined ? {} : { refusal }),
      };
    });

/** Where the instances live. Throws `InvalidRequest` for ids that nothing ever had. */
export async function placesOf({ nodes }: Pick<Store, 'nodes'>, ids: readonly string[]): Promise<Placed[]> {
  const known = (await nodes.numbers()).map((each) => ({ ...each, id: instanceId(each.component, each.number) }));
  const byId = new Map(known.map((each) => [each.id, each]));
  const unknown = ids.filter((id) => !byId.has(id));
  if (unknown.length > 0)
    throw new DeploymentEngineError('InvalidRequest', `There is no ${unknown.slice(0, 10).join(', no ')}.`);
  return [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
}

async function look(
  { connections, logins, engine }: ActivityDependencies,
  { configuration }: ClusterContext,
  address: string,
  own: readonly Placed[],
): Promise<NodeSurvey> {
  const seen = { address, profile: undefined, steps: [], missingBuilds: [] };
  try {
    const session = await connections.node(address, await logins.of(configuration, address), 'anyone');
    const checks = own.map(({ id }) => sh`[ -s ${instanceFolder(placeOf(id))}/installed ] && echo installed`);
    const { stdout, ...standing } = await session.read(joinChecks(checks), { timeoutMs: LOOK_MS });
    const answers = splitChecks(stdout, checks.length);
    if (answers === undefined)
      throw new DeploymentEngineError('NodeProtocolError', `${address}: its answer was cut off`);
    const instances = own.map(({ id }, index) => ({
      id,
      isInstalled: answers[index]?.stdout.includes('installed') === true,
      steps: [],
    }));
    return { ...seen, failure: undefined, instances, ...fenceSeen(engine, standing) };
  } catch (error) {
    // A fault of the store says nothing about the node.
    if (!isEngineError(error) || error.retry === 'always') throw error;
    return { ...seen, failure: { code: error.code, message: error.message }, instances: [], fence: 0 };
  }
}

const PAST = { restart: 'restarted', stop: 'stopped' } as const;

/** All of them at once; where every node is merely silent, that is what is wrong. */
function together(failures: readonly SurveyFailure[], operation: InstanceOperation): SurveyFailure {
  const isSilent = ({ code }: SurveyFailure): boolean => ERRORS[code as ErrorCode]?.retry === 'patience';
  const { code } = failures.find((failure) => !isSilent(failure)) ?? failures[0] ?? { code: 'NodeUnreachable' };
  const messages = failures.map(({ message }) => message).join('; ');
  return { code, message: `${messages}; nothing was ${PAST[operation]}` };
}

const notInstalled = (absent: readonly string[]): SurveyFailure => ({
  code: 'JobNotRunning',
  message: `${absent.join(', ')}: not installed, so there is nothing to restart; GET /deployment-engine/deploy installs it`,
});

/** At most so many are named in a line. */
const MOST_NAMED = 20;

export const listOf = (ids: readonly string[]): string =>
  ids.length > MOST_NAMED
    ? `${ids.slice(0, MOST_NAMED).join(', ')} and ${ids.length - MOST_NAMED} more`
    : ids.join(', ');
