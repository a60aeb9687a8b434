import { CancellationScope, executeChild, getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import { componentOf } from '../../domain/instance.ts';
import type { RootInstance } from '../../domain/plan/root-plan.ts';
import { countOf } from '../../domain/text/counts.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { causeOf, whyGivenUp } from '../child-end.ts';
import type { ClusterState } from '../deploy/cluster-state.ts';
import type { InstanceEnd, Needs } from '../deploy/needs.ts';
import type { Rolls } from '../deploy/rolls.ts';
import type { UnreadNodes } from '../deploy/unread-nodes.ts';
import { handleSignal } from '../handle-signal.ts';
import { clusterIdKey, phaseKey } from '../messages.ts';
import type { TargetEnd } from '../target/target-end.ts';
import { deployShard, type ShardInput, type ShardNode } from './deploy-shard.ts';
import { answerSignal, isReport, type News, newsSignal, type ShardAnswer, shardWorkflowId } from './shard-messages.ts';
import { toldEnds } from './told-ends.ts';

interface Sharing {
  readonly origin: Omit<ShardInput, 'nodes' | 'places'>;
  readonly state: ClusterState;
  readonly needs: Needs;
  readonly rolls: Rolls;
  readonly unread: UnreadNodes;
  readonly shards: readonly Pick<ShardInput, 'nodes' | 'places'>[];
  /** Of the whole cluster. */
  readonly instances: readonly RootInstance[];
}

export interface Shards {
  /** By address; none of them rejects. */
  readonly nodes: ReadonlyMap<string, Promise<TargetEnd>>;
  /** By id; none of them rejects. */
  readonly instances: ReadonlyMap<string, Promise<InstanceEnd>>;
  /** Settles when every shard has ended. */
  readonly over: Promise<unknown>;
}

/** Has shards look after most nodes of a large cluster, and answers them what only the root knows. */
export function runShards({ origin, state, needs, rolls, unread, shards, instances }: Sharing): Shards {
  const { cluster, run } = origin;
  const scope = CancellationScope.current();
  const shardOf = new Map(
    shards.flatMap(({ nodes }, index) =>
      nodes.flatMap(({ instances: ids }) => ids.map((id) => [id, index + 1] as const)),
    ),
  );
  const byId = new Map(instances.filter(({ id }) => shardOf.has(id)).map((each) => [each.id, each]));
  const nodeEnds = toldEnds<TargetEnd>(shards.flatMap(({ nodes }) => nodes.map(({ address }) => address)));
  const instanceEnds = toldEnds<InstanceEnd>(byId.keys());
  /** By who has asked: those that wait like it. */
  const alike = new Map<string, string[]>();
  const inTurn = new Set<string>();

  const answer = async (instance: RootInstance): Promise<void> => {
    const { id } = instance;
    alike.set(id, []);
    const lacking = await needs.wait(instance);
    for (const each of [id, ...(alike.get(id) ?? [])]) needs.waitNoLonger(each);
    alike.delete(id);
    const isForGood = needs.isSettledForGood(instance);
    await tellShard({ id, ...(lacking === undefined ? {} : { lacking }), isForGood });
  };

  const tellShard = (to: ShardAnswer): Promise<void> =>
    getExternalWorkflowHandle(shardWorkflowId(cluster, run, shardOf.get(to.id) ?? 0)).signal(answerSignal, to);

  const giveTurn = async (instance: RootInstance): Promise<void> => {
    const { id } = instance;
    const roll = rolls.of(componentOf(id));
    await needs.inRoll(instance, roll);
    if (!instanceEnds.isOpen(id)) return roll.release(); // its shard was terminated meanwhile
    inTurn.add(id);
    await tellShard({ id, isRollBroken: rolls.broken.has(componentOf(id)), isForGood: false });
  };

  const endInstance = (id: string, end: InstanceEnd): void => {
    if (end.state !== 'running' && end.reason !== undefined) state.noteGivenUp(id, end.reason);
    state.end(id);
    instanceEnds.end(id, end);
    if (!inTurn.delete(id)) return;
    if (end.state !== 'running') rolls.broken.add(componentOf(id));
    rolls.of(componentOf(id)).release();
  };

  // In the scope of the run's work, so that nobody waits for an answer when that is cancelled.
  const inWork = (what: () => Promise<void>): void => void scope.run(what).catch(() => undefined);

  const hearAsk = (id: string, like: string | undefined): void => {
    const instance = byId.get(id);
    if (instance === undefined) return;
    if (like === undefined) return inWork(() => answer(instance));
    const others = alike.get(like);
    if (others === undefined) return; // its answer is on the way
    others.push(id);
    needs.waitLike(id, like);
  };

  const hear = (news: News): void => {
    const { target } = news;
    if (!nodeEnds.isOpen(target) && !instanceEnds.isOpen(target)) return;
    switch (news.kind) {
      case 'begin':
        return state.begin(target);
      case 'park':
        return state.park({ ...news.step, target });
      case 'stepAside':
        return state.stepAside(target, news.builder);
      case 'goOn':
        return void state.goOn(target);
      case 'silent':
        return state.setSilent(target, news.isSilent);
      case 'ask':
        return hearAsk(target, news.like);
      case 'turn': {
        const instance = byId.get(target);
        return instance === undefined ? undefined : inWork(() => giveTurn(instance));
      }
      case 'looked':
        return unread.look({ address: target, changes: news.changes });
      case 'node':
        state.end(target);
        return nodeEnds.end(target, news.end);
      case 'instance':
        return endInstance(target, news.end);
    }
  };

  handleSignal(
    newsSignal,
    isReport,
    ({ news, hasChanged, unknown }) => {
      if (hasChanged) state.noteChange();
      for (const address of unknown) state.unknown.add(address);
      state.together(() => news.forEach(hear));
    },
    { run: () => run, description: 'What has happened in a shard.' },
  );

  /** Ends for the root what the shard has not brought to an end. */
  const close = (nodes: readonly ShardNode[], why: Text): void =>
    state.together(() => {
      for (const { address, instances: ids } of nodes) {
        state.end(address);
        nodeEnds.end(address, { state: 'aborted', skipped: [], reason: why });
        for (const id of ids) endInstance(id, { state: 'not running', reason: why });
      }
    });

  /** What was at work when a shard was terminated or failed; its children ended with it, unheard. */
  const endCommands = async (nodes: readonly ShardNode[]): Promise<void> => {
    const left = nodes.flatMap(({ address, instances: ids }) =>
      (nodeEnds.isOpen(address) ? [address] : ids.filter((id) => instanceEnds.isOpen(id))).map((target) => ({
        target,
        address,
      })),
    );
    await Promise.all(left.map((each) => state.endCommands(each, true)));
  };

  const runShard = async ({ nodes, places }: Pick<ShardInput, 'nodes' | 'places'>, shard: number): Promise<void> => {
    let why: Text = 'its shard ended before it';
    try {
      await executeChild(deployShard, {
        workflowId: shardWorkflowId(cluster, run, shard),
        args: [{ ...origin, nodes, places }],
        staticSummary: inOwnLanguage(
          phrase('Shard {shard}: deploy {nodes}', { shard, nodes: countOf(nodes.length, 'node') }),
        ),
        typedSearchAttributes: [
          { key: clusterIdKey, value: cluster },
          { key: phaseKey, value: 'working' },
        ],
      });
    } catch (error) {
      const { code, message } = causeOf(error);
      why = whyGivenUp(error);
      if (code === 'RunEnded') state.lose(message);
      else if (!isCancellation(error)) await endCommands(nodes);
    }
    close(nodes, why);
  };

  return {
    nodes: nodeEnds.all,
    instances: instanceEnds.all,
    over: Promise.all(shards.map((each, index) => runShard(each, index + 1))),
  };
}
