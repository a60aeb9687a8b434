import type { ServingContext } from '../../cluster/cluster-context.ts';
import { instanceFolder } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { isEngineError } from '../../domain/errors.ts';
import { type Instance, placeOf } from '../../domain/instance.ts';
import { isCopy } from '../../domain/node/copied-engine.ts';
import type { NodeSurvey } from '../../domain/plan/survey.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { readAnswers } from '../checks/answers.ts';
import { foundClaim, readClaim } from '../checks/claim.ts';
import { joinChecks, splitChecks } from '../checks/probe.ts';
import { fenceSeen } from '../looks/ask-node.ts';
import { copied } from '../steps/connect.ts';

/** Somebody waits for the answer. */
const LOOK_MS = 10_000;

type Looking = Pick<ActivityDependencies, 'connections' | 'engine' | 'logins'> & {
  readonly store: Pick<Store, 'engine'>;
};

/** Says what of these instances is installed on a node; a node that cannot be read, or that a copy of us has, says why. */
export async function lookBeforeOperating(
  { connections, logins, engine, store }: Looking,
  { configuration }: ServingContext,
  address: string,
  own: readonly Pick<Instance, 'id'>[],
): Promise<NodeSurvey> {
  const seen = { address, profile: undefined, steps: [], missingBuilds: [] };
  try {
    const session = await connections.node(address, await logins.of(configuration, address), 'anyone');
    const checks = own.map(({ id }) => sh`[ -s ${instanceFolder(placeOf(id))}/installed ] && echo installed`);
    const asked = [readClaim, ...checks];
    const { stdout, ...standing } = await session.read(joinChecks(asked), { timeoutMs: LOOK_MS });
    const [claimed, ...answers] = splitChecks(address, stdout, asked);
    const { visitor } = foundClaim(readAnswers(claimed?.stdout ?? ''));
    if (visitor !== undefined && standing.owner === engine.id && isCopy(visitor, await store.engine.past()))
      throw copied(engine.id, visitor);
    const instances = own.map(({ id }, index) => ({
      id,
      isInstalled: answers[index]?.stdout.includes('installed') === true,
      steps: [],
    }));
    return { ...seen, failure: undefined, instances, ...fenceSeen(engine, standing) };
  } catch (error) {
    // A fault of the store says nothing about the node.
    if (!isEngineError(error) || error.retry === 'always') throw error;
    return { ...seen, failure: { code: error.code, message: error.text }, instances: [], fence: 0 };
  }
}
