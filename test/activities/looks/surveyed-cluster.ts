import { beforeEach } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { lookAtNode } from '../../../activities/looks/survey-node.ts';
import type { ClusterContext } from '../../../cluster/cluster-context.ts';
import type { NodeContext } from '../../../cluster/node-context.ts';
import type { DeploymentEngineError } from '../../../domain/errors.ts';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';
import type { Login } from '../../../ssh/connect/login.ts';
import type { NodeSession, NodeStanding } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { ADDRESS, nodeContext } from '../samples.ts';
import { dependencies } from '../workplace.ts';
import { type Answers, answerSurvey, askedOf } from './surveyed-node.ts';

export const CONNECTED = { exitCode: 0, stdout: 'system=debian-12\nhasRunner=yes\nowner=engine-a\nlookup=found\n' };

const openStore = useStores(openSqlite);

export let store: Store;
export let deps: ActivityDependencies;
/** The node and what is wanted there, as the next look finds it. */
export const found = {} as {
  context: NodeContext;
  answers: Answers;
  standing: NodeStanding;
  failure: DeploymentEngineError | undefined;
  /** How many instances are to go. */
  leaving: number;
};
/** Commands that were read, the whole of a survey as one. */
export let reads: string[];

beforeEach(async () => {
  store = await openStore();
  Object.assign(found, {
    context: nodeContext(),
    answers: { connect: CONNECTED },
    standing: { position: 0, owner: undefined, fence: undefined },
    failure: undefined,
    leaving: 0,
  });
  reads = [];
  const session = {
    address: ADDRESS,
    account: 'root',
    read: async ({ text }: { readonly text: string }) => {
      reads.push(text);
      const isSurvey = text.includes('@@deployment-engine-check-end 0');
      const asked = askedOf({ instances: found.context.instances.length, leaving: found.leaving });
      const stdout = isSurvey ? answerSurvey(text, asked, found.answers) : (found.answers.connect?.stdout ?? '');
      return { exitCode: 0, signal: undefined, stdout, stderr: '', durationMs: 1, ...found.standing };
    },
  } as unknown as NodeSession;
  const given = dependencies(store);
  deps = {
    ...given,
    logins: { of: async () => ({}) as Login },
    connections: {
      ...given.connections,
      node: async () => {
        if (found.failure !== undefined) throw found.failure;
        return session;
      },
    },
    contexts: { ...given.contexts, load: async () => cluster() },
  };
});

export const cluster = (): ClusterContext =>
  ({
    ...found.context,
    instances: found.context.instances.map(({ instance }) => instance),
    ports: [],
    node: (_address: string, { profile, former }: Pick<NodeContext, 'profile' | 'former'>) => ({
      ...found.context,
      profile,
      former,
    }),
  }) as unknown as ClusterContext;

export const look = (given = deps): Promise<NodeSurvey> => lookAtNode(given, cluster(), ADDRESS);
