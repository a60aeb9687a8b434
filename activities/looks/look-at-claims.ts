import { addressesOf } from '../../domain/configuration.ts';
import type { SeenClaim } from '../../domain/node/seen-claim.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { readAnswers } from '../checks/answers.ts';
import { foundClaim, readClaim } from '../checks/claim.ts';
import { joinChecks, splitChecks } from '../checks/probe.ts';
import { readSigns, signsIn } from '../checks/signs-of-work.ts';
import { openInspection } from './open-inspection.ts';
import { watchMark } from './look-program.ts';
import { lookAtEach } from './look-at-each.ts';
import { newestRevisionOf } from '../access/newest-revision-of.ts';

type Looking = Pick<ActivityDependencies, 'connections' | 'engine' | 'logins'> & {
  readonly store: Pick<Store, 'configurations' | 'inspections'>;
};

/** Says whose nodes are, whether whoever has them is at work there, and what they carry; changes nothing. */
export const createLookAtClaims =
  ({ store, connections, logins, engine }: Looking) =>
  ({ inspection }: { readonly inspection: string }): Promise<void> =>
    withHeartbeat(async ({ cancellationSignal }) => {
      const { configuration, addresses = addressesOf(configuration) } = await openInspection(store, inspection);
      const checks = [readClaim, readSigns(watchMark(engine.id))] as const;
      const looked = await lookAtEach(
        addresses,
        async (address, signal) => {
          const naming = (await newestRevisionOf(store.configurations, address))?.configuration ?? configuration;
          const session = await connections.node(address, await logins.of(naming, address), 'anyone');
          const { stdout } = await session.read(joinChecks(checks), { signal });
          const [first, second] = splitChecks(address, stdout, checks);
          const { claim, claimant, instances } = foundClaim(readAnswers(first.stdout));
          const { signs, generation } = signsIn(readAnswers(second.stdout));
          return { ...claim, generation: Math.max(claim.generation, generation), claimant, instances, signs };
        },
        { signal: cancellationSignal },
      );
      const claims = looked.map((each): SeenClaim => {
        if ('failure' in each) return { address: each.address, error: each.failure.text };
        const { claimant, ...found } = each.found;
        const { host, since } = claimant?.engine === found.owner ? claimant : {};
        return { address: each.address, ...found, host, since };
      });
      await store.inspections.answer<'claims'>(inspection, claims);
    });
