import { DeploymentEngineError } from '../../domain/errors.ts';
import { instancesKnownBy } from '../../domain/instance.ts';
import { holdsData, leavingOf } from '../../domain/plan/leaving.ts';
import { allOf } from '../../domain/text/joined.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Revision } from '../../store/configurations/contract.ts';
import type { Store } from '../../store/store.ts';
import { planHash } from './plan-hash.ts';

interface Wish {
  readonly revision: Revision;
  /** sha256 of its tarball. */
  readonly release: string;
  /** The plan that an operator has seen and agreed to. */
  readonly confirm: string | undefined;
}

/**
 * Throws `ConfirmationNeeded` if data would be left behind and nobody has agreed to exactly that, now or when an earlier run
 * began to take the instance away. Returns those whose data will be.
 */
export async function askConfirmation(
  { installed, nodes }: Pick<Store, 'installed' | 'nodes'>,
  { revision: { number, configuration }, release, confirm }: Wish,
): Promise<readonly string[]> {
  const there = await installed.all();
  const instances = instancesKnownBy(await nodes.numbers(), configuration.components);
  const holding = leavingOf(there, instances).filter(holdsData);
  const ids = holding.map(({ id }) => id);
  const leaving = holding.filter(({ removalAgreedAt }) => removalAgreedAt === undefined);
  if (leaving.length === 0) return ids;
  const hash = planHash({ revision: number, release, instances, installed: there });
  if (confirm === hash) return ids;
  const named = leaving.map(({ id, address }) => phrase('{id} on {address}', { id, address }));
  throw new DeploymentEngineError(
    'ConfirmationNeeded',
    phrase(
      confirm === undefined
        ? '{instances} would be taken away: what is stored there stays on its node under {folder} and goes nowhere else. See GET /deployment-engine/plan, then repeat with GET /deployment-engine/deploy?confirm={hash}'
        : '{instances} would be taken away, and the plan is another than the one you have confirmed: what is stored there stays on its node under {folder} and goes nowhere else. See GET /deployment-engine/plan, then repeat with GET /deployment-engine/deploy?confirm={hash}',
      { instances: allOf(named), folder: '/var/vcap/store/removed', hash },
    ),
    { details: { hash, instances: leaving.map(({ id, address }) => ({ id, address })) } },
  );
}
