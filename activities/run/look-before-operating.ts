import type { ServingContext } from '../../cluster/cluster-context.ts';
import { instanceFolder } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import type { DeploymentEngineError } from '../../domain/errors.ts';
import { type Instance, placeOf } from '../../domain/instance.ts';
import { copyAt } from '../../domain/node/copied-engine.ts';
import type { NodeSurvey } from '../../domain/plan/survey.ts';
import type { Store } from '../../store/store.ts';
import { enterAtOnce } from '../access/enter-at-once.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { readAnswers } from '../checks/answers.ts';
import { foundClaim, readClaim } from '../checks/claim.ts';
import { joinChecks, splitChecks } from '../checks/probe.ts';
import { fenceSeen } from '../looks/ask-node.ts';
import { copied } from '../steps/connect.ts';

/** Of the command, once the node has let us in. */
const LOOK_MS = 10_000;

type Looking = Pick<ActivityDependencies, 'connections' | 'engine' | 'logins'> & {
  readonly store: Pick<Store, 'engine'>;
};

/** Instances that a node may carry. */
export type Placed = Pick<Instance, 'id' | 'component' | 'address'>;

interface Looked {
  readonly address: string;
  readonly own: readonly Placed[];
  readonly signal: AbortSignal;
}

/** Also where its next installation has broken off: what was there may run. */
const isThere = (folder: string) =>
  sh`{ [ -s ${folder}/installed ] || [ -s ${folder}/installed.previous ]; } && echo installed`;

const NOTHING_SEEN = { profile: undefined, steps: [], missingBuilds: [] };

/** Says which of these instances a node has. Throws if it cannot be read, or if a copy of this engine has claimed it. */
export async function lookBeforeOperating(
  { connections, logins, engine, store }: Looking,
  { configuration }: ServingContext,
  { address, own, signal }: Looked,
): Promise<NodeSurvey> {
  const login = await logins.of(configuration, address);
  const session = await enterAtOnce({ connections, address, login, as: 'anyone', signal });
  const checks = own.map(({ id }) => isThere(instanceFolder(placeOf(id))));
  const asked = [readClaim, ...checks];
  const { stdout, ...standing } = await session.read(joinChecks(asked), { timeoutMs: LOOK_MS, signal });
  const [claimed, ...answers] = splitChecks(address, stdout, asked);
  const { visitor } = foundClaim(readAnswers(claimed?.stdout ?? ''));
  const { owner } = standing;
  const copy = visitor && copyAt({ owner, visitor }, engine.id, await store.engine.past());
  if (copy !== undefined) throw copied(engine.id, copy);
  const instances = own.map(({ id }, index) => ({
    id,
    isInstalled: answers[index]?.stdout.includes('installed') === true,
    steps: [],
  }));
  return { ...NOTHING_SEEN, address, failure: undefined, instances, ...fenceSeen(engine, standing) };
}

interface Unread {
  readonly address: string;
  readonly failure: DeploymentEngineError;
}

/** What is known of a node that could not be asked. */
export const unread = ({ address, failure: { code, text } }: Unread): NodeSurvey => ({
  ...NOTHING_SEEN,
  address,
  failure: { code, message: text },
  instances: [],
  fence: 0,
});
