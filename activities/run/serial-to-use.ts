import { chooseSerial, refuseWithoutSerial } from '../../domain/activation/choose-serial.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { engineRelease } from '../wanted/release-to-deploy.ts';

type Parts = Pick<ActivityDependencies, 'mirror' | 'release'> & { readonly store: Pick<Store, 'serials'> };

/**
 * Id of the serial that a new deploy is counted for when it ends well. Throws `NotActivated`, `DeploymentLimitReached`. Only one
 * run works at a time, so two cannot both take the last deployment.
 */
export async function serialToUse(deps: Parts): Promise<string> {
  const serials = await deps.store.serials.all();
  refuseWithoutSerial(serials);
  const { name } = await engineRelease(deps);
  return chooseSerial(serials, name, Date.now()).id;
}
