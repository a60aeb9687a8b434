import type { ClusterContext } from '../../cluster/cluster-context.ts';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import type { NodeFacts } from '../../domain/node/node-facts.ts';
import { leavingOf } from '../../domain/plan/leaving.ts';
import type { NodeSurvey } from '../../domain/plan/survey.ts';
import { profileFor } from '../../domain/profiles/profiles.ts';
import { phrase } from '../../domain/text/text.ts';
import type { OnWait } from '../../ssh/connect/password-tries.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { checkCommand } from '../checks/probe.ts';
import { connect } from '../steps/connect.ts';
import { formerState } from '../wanted/former-state.ts';
import { mirroredProfile } from '../wanted/node-profile.ts';
import { presumedInstances, type Presuming } from './presumed-instances.ts';

import { askNode } from './ask-node.ts';

/** What a look at one node needs. */
export type NodeLooking = Pick<
  ActivityDependencies,
  'connections' | 'engine' | 'limits' | 'logins' | 'mirror' | 'sightings'
> & {
  readonly store: Pick<Store, 'adoptions' | 'engine' | 'installed' | 'log' | 'nodes'>;
};

/** The same, and what is known of a node that cannot be read. */
export type NodeSurveying = NodeLooking & Presuming;

/** A read-only look at a node; for one that cannot be read the result says why. `onWait` is told that a password has to wait. */
export async function surveyNode(
  deps: NodeSurveying,
  cluster: ClusterContext,
  address: string,
  onWait?: OnWait,
): Promise<NodeSurvey> {
  try {
    return await lookAtNode(deps, cluster, address, onWait);
  } catch (error) {
    // A fault of the store says nothing about the node.
    if (!isEngineError(error) || error.retry === 'always') throw error;
    return unreadNode(deps, cluster, address, error);
  }
}

/** What is to be said of a node that cannot be read. */
export async function unreadNode(
  deps: NodeSurveying,
  cluster: ClusterContext,
  address: string,
  { code, text: message }: DeploymentEngineError,
): Promise<NodeSurvey> {
  return {
    address,
    failure: await deps.store.log.maskOwn({ code, message }),
    profile: undefined,
    steps: [],
    instances: await presumedInstances(deps, cluster, address),
    missingBuilds: [],
    fence: 0,
  };
}

/** What has something to do on one node; throws where it cannot be read. */
export async function lookAtNode(
  deps: NodeLooking,
  cluster: ClusterContext,
  address: string,
  onWait?: OnWait,
): Promise<NodeSurvey> {
  const login = await deps.logins.of(cluster.configuration, address);
  // Accounts of our own are judged by root, who sees their passwords, keys and rules; others' only a login can judge.
  const mayContinue = cluster.configuration.properties.addUser;
  const session = await deps.connections.node(address, login, 'anyone', { onWait, mayContinue });
  const known = await deps.store.nodes.facts(address);
  const ask = (facts: NodeFacts | undefined) => look(deps, cluster, { address, session }, facts);
  const survey = await ask(known);
  const seen = await deps.store.nodes.facts(address);
  // What is wanted of it was made for another machine: it has been changed since somebody looked.
  return isSameMachine(known, seen) ? survey : ask(seen);
}

/** Whether all that decides what a node should be is as it was. */
function isSameMachine(known: NodeFacts | undefined, seen: NodeFacts | undefined): boolean {
  if (known === undefined || seen === undefined) return true;
  const decisive = ({ system, kernel, isContainer, architecture, processors, memoryKiB, diskBytes }: NodeFacts) =>
    JSON.stringify([system, kernel, isContainer, architecture, processors, memoryKiB, diskBytes]);
  return decisive(known) === decisive(seen);
}

async function look(
  deps: NodeLooking,
  cluster: ClusterContext,
  { address, session }: { readonly address: string; readonly session: NodeSession },
  known: NodeFacts | undefined,
): Promise<NodeSurvey> {
  const facts = profileFor(known?.system ?? '') === undefined ? await readFacts(deps, cluster, session) : known;
  const profile = await mirroredProfile(deps.mirror, facts?.system);
  if (profile === undefined)
    throw new DeploymentEngineError(
      'UnsupportedSystem',
      phrase('{address}: no profile serves its system', { address }),
    );
  const context = cluster.node(address, { profile, facts, former: await formerState(deps.store, address) });
  const wanted = context.instances.map(({ instance }) => instance);
  const leaving = leavingOf(await deps.store.installed.at(address), wanted);
  // What nodes answer becomes part of reasons, and those of plans.
  return deps.store.log.maskOwn(await askNode(deps, { context, leaving }, session));
}

/** First contact: which profile serves the node decides what else to ask. */
async function readFacts(deps: NodeLooking, cluster: ClusterContext, session: NodeSession): Promise<NodeFacts> {
  const step = connect({ engine: deps.engine, runnerFile: '', configuration: cluster.configuration });
  const facts = step.check.parse(await session.read(checkCommand(step.check)));
  await deps.store.nodes.saveFacts(session.address, facts.node);
  return facts.node;
}
