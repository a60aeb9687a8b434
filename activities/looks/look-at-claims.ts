import { addressesOf } from '../../domain/configuration.ts';
import { copyAt, nameOfCopy } from '../../domain/node/copied-engine.ts';
import type { SeenClaim } from '../../domain/node/seen-claim.ts';
import type { Store } from '../../store/store.ts';
import { type Entering, enterNode } from '../access/enter-node.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { readAnswers } from '../checks/answers.ts';
import { foundClaim, readClaim } from '../checks/claim.ts';
import { joinChecks, splitChecks } from '../checks/probe.ts';
import { readSigns, signsIn } from '../checks/signs-of-work.ts';
import { lookAtEach } from './look-at-each.ts';
import { watchMark } from './look-program.ts';
import { openInspection } from './open-inspection.ts';

type Looking = Entering &
  Pick<ActivityDependencies, 'engine'> & { readonly store: Pick<Store, 'engine' | 'inspections'> };

/** Says which engine has claimed each node, whether that engine is at work there, and what the node carries. Read-only. */
export const createLookAtClaims =
  (deps: Looking) =>
  ({ inspection }: { readonly inspection: string }): Promise<void> =>
    withHeartbeat(async ({ cancellationSignal }) => {
      const { configuration, addresses = addressesOf(configuration) } = await openInspection(deps.store, inspection);
      const checks = [readClaim, readSigns(watchMark(deps.engine.id))] as const;
      const looked = await lookAtEach(
        addresses,
        async (address, signal) => {
          const session = await enterNode(deps, address, { asked: configuration, signal });
          const { stdout } = await session.read(joinChecks(checks), { signal });
          const [first, second] = splitChecks(address, stdout, checks);
          const { claim, claimant, visitor, instances } = foundClaim(readAnswers(first.stdout));
          const { signs, generation } = signsIn(readAnswers(second.stdout));
          return { ...claim, generation: Math.max(claim.generation, generation), claimant, visitor, instances, signs };
        },
        { signal: cancellationSignal },
      );
      const past = await deps.store.engine.past();
      const claims = looked.map((each): SeenClaim => {
        if ('failure' in each) {
          const { text: error, code } = each.failure;
          return { address: each.address, error, code };
        }
        const { claimant, visitor, ...found } = each.found;
        const { host, since } = claimant?.engine === found.owner ? claimant : {};
        const copy = copyAt({ owner: found.owner, visitor }, deps.engine.id, past);
        return {
          address: each.address,
          ...found,
          host: copy?.host ?? host,
          since,
          ...(copy === undefined ? {} : { copy: nameOfCopy(copy) }),
        };
      });
      await deps.store.inspections.answer<'claims'>(inspection, claims);
    });
