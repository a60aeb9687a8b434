import { chooseSerial, refuseWithoutSerial } from '../../domain/activation/choose-serial.ts';
import type { Release } from '../../domain/release/release.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { engineRelease } from '../wanted/release-to-deploy.ts';

type Parts = Pick<ActivityDependencies, 'mirror' | 'release'> & { readonly store: Pick<Store, 'serials'> };

/**
 * The release that a new deploy installs, and the id of the serial that it is counted for if it succeeds. Throws
 * `NotActivated`, `DeploymentLimitReached`. Only one run works at a time, so two cannot both take the last deployment.
 */
export async function serialToUse(deps: Parts): Promise<{ readonly serial: string; readonly release: Release }> {
  const serials = await deps.store.serials.all();
  refuseWithoutSerial(serials);
  const release = await engineRelease(deps);
  return { serial: chooseSerial(serials, release.name, Date.now()).id, release };
}
