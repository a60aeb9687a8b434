import { tellTargets } from '../../../workflows/deploy/tell-target.ts';
import { resolveSignal } from '../../../workflows/messages.ts';

/** A workflow of a test: tells more targets than Temporal takes signals for at once, all of which have ended. */
export async function tellMany(targets: number): Promise<void> {
  const addresses = Array.from({ length: targets }, (_, index) => `10.0.${Math.floor(index / 250)}.${index % 250}`);
  await tellTargets(addresses, { cluster: 'many', run: 1 }, resolveSignal, { action: 'retry' });
}
