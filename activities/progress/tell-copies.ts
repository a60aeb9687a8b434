import { copyAt, nameOfCopy } from '../../domain/node/copied-engine.ts';
import { localLine } from '../../domain/run/log.ts';
import { phrase } from '../../domain/text/text.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { readAnswers } from '../checks/answers.ts';
import { foundClaim, readClaim } from '../checks/claim.ts';

type Telling = Pick<ActivityDependencies, 'engine'> & { readonly store: Pick<Store, 'engine' | 'log'> };

/**
 * The watch reads each node when the engine starts, and now and then after that: a copy of this engine that has worked there
 * is reported in `local.log`, once per run of the copy, before anybody asks for a deploy.
 */
export function createTellCopies({ engine, store }: Telling) {
  const told = new Set<string>();

  return async (session: Pick<NodeSession, 'address' | 'read'>): Promise<void> => {
    const { stdout } = await session.read(readClaim);
    const { claim, visitor } = foundClaim(readAnswers(stdout));
    const { owner } = claim;
    const copy = visitor && copyAt({ owner, visitor }, engine.id, await store.engine.past());
    if (copy === undefined) return;
    const { address } = session;
    const key = `${address} ${copy.generation} ${copy.run}`;
    if (told.has(key)) return;
    told.add(key);
    await store.log.append(0, [
      localLine(
        phrase(
          '{address}: a copy of this engine works on it from {copy}. Deploys, restarts and stops there are refused (DuplicateController) until one of the two engines is stopped for good and the other has taken the node over: POST /deployment-engine/hosts/adopt',
          { address, copy: nameOfCopy(copy) },
        ),
      ),
    ]);
  };
}
