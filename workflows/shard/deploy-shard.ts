import { CancellationScope, CancelledFailure } from '@temporalio/workflow';
import type { PlannedNode } from '../../domain/plan/plan.ts';
import type { RootInstance } from '../../domain/plan/root-plan.ts';
import { answerResolve } from '../deploy/answer-decisions.ts';
import { ClusterState } from '../deploy/cluster-state.ts';
import { workingOn } from '../deploy/headlines.ts';
import type { InstanceEnd } from '../deploy/needs.ts';
import { prepareNodes } from '../deploy/prepare-cluster.ts';
import { Rolls } from '../deploy/rolls.ts';
import { trackUnread } from '../deploy/unread-nodes.ts';
import { updateInstances } from '../deploy/update-cluster.ts';
import { refuse } from '../refuse.ts';
import { refuseOrphan } from '../target/run-steps.ts';
import type { TargetEnd, TargetInput } from '../target/target-end.ts';
import { tellRoot } from '../target/tell-root.ts';
import { Bulletin } from './bulletin.ts';
import { createGate } from './gate.ts';
import { newsSignal } from './shard-messages.ts';

export interface ShardNode extends Pick<PlannedNode, 'address' | 'isUnread'> {
  /** Ids of its instances, all of them new as far as is known. */
  readonly instances: readonly string[];
}

export interface ShardInput extends Omit<TargetInput, 'target' | 'address' | 'ownsPlace'> {
  readonly nodes: readonly ShardNode[];
  /** How many of them may be prepared at once. */
  readonly places: number;
}

/**
 * A child of the root of a large cluster, for some of its nodes: prepares each and updates its instances, as the root does for
 * the nodes of a small one. It decides nothing that concerns other nodes; that it asks the root.
 */
export async function deployShard(input: ShardInput): Promise<void> {
  refuseOrphan();
  const { cluster, run, temporalRunId, nodes } = input;
  const instances = nodes.flatMap(({ address, instances: ids }) => ids.map((id) => newInstance(id, address)));
  const unread = nodes.filter(({ isUnread = false }) => isUnread).map(({ address }) => address);
  const bulletin = new Bulletin(new Map(instances.map(({ id, address }) => [id, address])), unread);
  const state = new ClusterState(cluster, bulletin);
  state.run = run;
  state.temporalRunId = temporalRunId;
  answerResolve(state);
  state.enter('working', workingOn(run, nodes.length, instances.length));
  const telling = CancellationScope.nonCancellable(() =>
    bulletin.tellWhenDue((news) =>
      tellRoot(run, newsSignal, { news, hasChanged: state.hasChanged, unknown: [...state.unknown] }),
    ),
  );
  // Cancelled when a step reports that the run has ended, or nobody hears the news any more.
  const work = new CancellationScope();
  telling.catch(() => work.cancel());
  const [end] = await Promise.allSettled([work.run(() => perform(input, { state, bulletin, instances }))]);
  bulletin.close();
  await telling;
  if (state.lost !== undefined) throw refuse('RunEnded', state.lost);
  if (end.status === 'rejected') throw end.reason;
  if (work.consideredCancelled) throw new CancelledFailure('the shard was cancelled');
}

interface Parts {
  readonly state: ClusterState;
  readonly bulletin: Bulletin;
  readonly instances: readonly RootInstance[];
}

async function perform(input: ShardInput, { state, bulletin, instances }: Parts): Promise<void> {
  const { cluster, run, temporalRunId, nodes, places } = input;
  const origin = { cluster, run, temporalRunId };
  const addresses = nodes.map(({ address }) => address);
  const preparing = prepareNodes({ origin, state, addresses, maxInFlight: places });
  const told = [...preparing].map(async ([address, end]) => bulletin.endNode(address, await end));
  const prepared = (address: string): Promise<TargetEnd> =>
    preparing.get(address) ?? Promise.resolve({ state: 'done', skipped: [] });
  const rolls = new Rolls();
  const updating = updateInstances({
    origin,
    state,
    unread: trackUnread(run, nodes, (looked) => bulletin.look(looked)),
    instances,
    needs: createGate(bulletin, rolls),
    rolls,
    prepared,
    ends: new Map<string, InstanceEnd>(),
    onEnd: (id, end) => bulletin.endInstance(id, end),
  });
  // It is over when every child is.
  await Promise.allSettled([updating, ...told]);
  await updating;
}

const newInstance = (id: string, address: string): RootInstance => ({
  id,
  address,
  change: 'added',
  needs: [],
  after: [],
});
