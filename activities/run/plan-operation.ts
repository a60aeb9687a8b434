import { DeploymentEngineError, isSilence } from '../../domain/errors.ts';
import { instanceId } from '../../domain/instance.ts';
import { type InstanceOperation, OPERATION_WORDS, operationPlan, planOperation } from '../../domain/plan/operation.ts';
import type { PlannedInstance } from '../../domain/plan/plan.ts';
import type { NodeSurvey, SurveyFailure } from '../../domain/plan/survey.ts';
import type { Run } from '../../domain/run/run.ts';
import { firstNamed, joined, oneOf } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { ALL_MS, lookAtEach } from '../looks/look-at-each.ts';
import { createLookReport } from '../looks/look-report.ts';
import { servingContextOfRun } from '../wanted/run-context.ts';
import { lookBeforeOperating, type Placed, unread } from './look-before-operating.ts';

/** A caller waits for the answer. */
const NODE_MS = 20_000;

export interface OperationInput {
  readonly run: number;
  readonly operation: InstanceOperation;
  /** Ids of instances. */
  readonly instances: readonly string[];
  /** Counts the operations inside a deploy that is parked, whose plan stays as it is; undefined = a run of its own. */
  readonly inside?: number;
}

/** What is to be done, or why nothing is. */
export interface OperationPlan {
  /** The number it goes on under, where nodes have seen a higher one. */
  readonly run: number;
  readonly instances: readonly Pick<PlannedInstance, 'id' | 'address' | 'needs'>[];
  /** Ids of those that are not installed. */
  readonly absent: readonly string[];
  /** By id, of those that nobody wants any more and that keep nobody else waiting: why they are left as they are. */
  readonly left?: Readonly<Record<string, Text>>;
  readonly refusal?: SurveyFailure;
}

interface Asked extends OperationInput {
  readonly signal: AbortSignal;
  /** Milliseconds that a node may take. Default 20,000. */
  readonly nodeMs?: number;
}

/** The run's book-keeping that it takes part in. */
interface Book {
  aboveFences(run: number, surveys: readonly NodeSurvey[]): Promise<Run>;
  say(run: number, line: Text, id: string): Promise<void>;
}

export type Operating = Pick<
  ActivityDependencies,
  'connections' | 'contexts' | 'engine' | 'limits' | 'log' | 'logins'
> & {
  readonly store: Pick<Store, 'engine' | 'installed' | 'nodes' | 'runs' | 'surveys' | 'times'>;
};

/** How much longer looking at all nodes may take for each of them, and how long at most: Temporal waits ten minutes for it. */
const EACH_MS = 100;
const MOST_MS = 540_000;

export const createPlanOperation =
  (deps: Operating, book: Book) =>
  (input: OperationInput): Promise<OperationPlan> =>
    withHeartbeat(({ cancellationSignal }) => planTheOperation(deps, book, { ...input, signal: cancellationSignal }));

/**
 * Looks at the nodes concerned, and plans only if each of them has answered: an operation is not begun by half. It does not
 * wait for nodes of instances that are no longer wanted, since their machines may be gone for good, nor for those of instances
 * that were never installed.
 */
export async function planTheOperation(
  deps: Operating,
  { aboveFences, say }: Book,
  { run: asked, operation, instances: ids, inside, signal, nodeMs = NODE_MS }: Asked,
): Promise<OperationPlan> {
  const { store, limits } = deps;
  const cluster = await servingContextOfRun(deps, asked);
  const placed = await placesOf(store, ids);
  const addresses = [...new Set(placed.map(({ address }) => address))];
  const report = createLookReport({ ...deps, run: asked, name: 'ask', addresses });
  const looked = await lookAtEach(
    addresses,
    (address, late) => {
      const own = placed.filter((each) => each.address === address);
      return report.at(address, lookBeforeOperating(deps, cluster, { address, own, signal: late }));
    },
    { signal, nodeMs, allMs: Math.min(ALL_MS + EACH_MS * addresses.length, MOST_MS) },
  ).finally(report.stop);
  const looks = looked.map((each) => ('found' in each ? each.found : unread(each)));
  await report.done(looks.every(({ failure }) => failure === undefined));
  if (inside === undefined) await store.surveys.save(asked, looks);
  const own = inside === undefined ? await aboveFences(asked, looks) : undefined;
  const run = own?.number ?? asked;
  if (inside !== undefined)
    await say(
      run,
      phrase('{operation} inside this run: {instances}', { operation, instances: listOf(ids) }),
      `operation/${inside}`,
    );

  const wanted = new Set(cluster.instances.map(idOf));
  const left = leftAlone({ placed, looks, wanted });
  const installed = new Set((await store.installed.all()).map(idOf));
  const isAnySeen = looks.some(({ failure }) => failure === undefined);
  const isWaitedFor = ({ id }: Placed): boolean => left[id] === undefined && (installed.has(id) || !isAnySeen);
  const counting = new Set(placed.filter(isWaitedFor).map(({ address }) => address));
  const failures = looks.flatMap(({ address, failure }) => (counting.has(address) ? (failure ?? []) : []));
  if (failures.length > 0) return { run, instances: [], absent: [], refusal: together(failures, operation) };
  for (const [id, why] of Object.entries(left))
    await say(run, phrase('{id} is left as it is: {why}', { id, why }), `left/${id}`);
  const found = new Set(looks.flatMap(({ instances }) => instances.filter((each) => each.isInstalled).map(idOf)));
  const absent = placed.map(idOf).filter((id) => !found.has(id) && left[id] === undefined);
  for (const id of absent) await say(run, phrase('{id} is not installed', { id }), `absent/${id}`);
  const planned = planOperation({
    operation,
    instances: placed.filter(({ id }) => found.has(id) && left[id] === undefined),
  });
  if (own !== undefined) await store.runs.savePlan(operationPlan({ ...own, run }, planned, limits));
  return {
    run,
    instances: planned.map(({ id, address, needs }) => ({ id, address, needs })),
    absent,
    ...(Object.keys(left).length === 0 ? {} : { left }),
    ...(operation === 'restart' && planned.length === 0 ? { refusal: nothingToRestart(absent, left) } : {}),
  };
}

interface Seen {
  readonly placed: readonly Placed[];
  readonly looks: readonly NodeSurvey[];
  readonly wanted: ReadonlySet<string>;
}

/** An instance that is no longer wanted, on a machine that does not answer, does not stop the operation on the others. */
function leftAlone({ placed, looks, wanted }: Seen): Record<string, Text> {
  const failures = new Map(looks.map(({ address, failure }) => [address, failure]));
  // If it is the one that was asked for, the request is refused with what its machine says.
  if (placed.every(({ address }) => failures.get(address) !== undefined)) return {};
  const unwanted = placed.filter(({ id }) => !wanted.has(id));
  return Object.fromEntries(
    unwanted.flatMap(({ id, address }) => {
      const failure = failures.get(address);
      return failure === undefined
        ? []
        : [[id, joined(['no longer wanted, cleaned by the next deploy', failure.message])]];
    }),
  );
}

const idOf = ({ id }: { readonly id: string }): string => id;

/** Where the instances live. Throws `InvalidRequest` for ids that nothing ever had. */
export async function placesOf({ nodes }: Pick<Store, 'nodes'>, ids: readonly string[]): Promise<Placed[]> {
  const known = (await nodes.numbers()).map((each) => ({ ...each, id: instanceId(each.component, each.number) }));
  const byId = new Map(known.map((each) => [each.id, each]));
  const unknown = ids.filter((id) => !byId.has(id));
  if (unknown.length > 0)
    throw new DeploymentEngineError(
      'InvalidRequest',
      phrase('There is no {name}.', { name: oneOf(unknown.slice(0, 10)) }),
    );
  return [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
}

/** All of them at once; if no node answers, that is the problem that is reported. */
function together(failures: readonly SurveyFailure[], operation: InstanceOperation): SurveyFailure {
  const { code } = failures.find((failure) => !isSilence(failure.code)) ?? failures[0] ?? { code: 'NodeUnreachable' };
  const undone = `nothing was ${OPERATION_WORDS[operation].past}` as const;
  return { code, message: joined([...failures.map(({ message }) => message), undone]) };
}

const nothingToRestart = (absent: readonly string[], left: Readonly<Record<string, Text>>): SurveyFailure => ({
  code: 'JobNotRunning',
  message: joined([
    ...(absent.length === 0
      ? []
      : [
          phrase(
            '{instances}: not installed, so there is nothing to restart; GET /deployment-engine/deploy installs it',
            { instances: listOf(absent) },
          ),
        ]),
    ...Object.entries(left).map(([id, why]) => phrase('{place}: {what}', { place: id, what: why })),
  ]),
});

/** At most this many are named in a line. */
const MOST_NAMED = 20;

export const listOf = (ids: readonly string[]): Text => firstNamed(ids, MOST_NAMED);
