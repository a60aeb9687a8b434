import type { KeyObject } from 'node:crypto';
import { type ActivatedSerial, day, isOver } from '../domain/activation/serial.ts';
import type { Settings } from '../domain/schemas/settings.ts';
import { phrase } from '../domain/text/text.ts';
import type { Store } from '../store/store.ts';
import { askVendor } from './ask-vendor.ts';
import { readSerial, refused } from './serial.ts';
import { vendorKey } from './vendor-key.ts';

interface Parts {
  readonly store: Pick<Store, 'engine' | 'serials'>;
  readonly settings: Pick<Settings, 'activationKey' | 'activationUrl'>;
  /** Name of what the engine deploys; undefined where it is not known. */
  readonly releaseName?: () => Promise<string | undefined>;
  readonly clock?: () => number;
}

/** Activates the engine with a serial, which may be known already. */
export type Activate = (text: string) => Promise<{ readonly serial: ActivatedSerial; readonly isNew: boolean }>;

/** Throws `InvalidRequest` that says what is wrong with a serial; `NetworkDown` where the vendor's server cannot be asked. */
export function createActivation({ store, settings, releaseName, clock = Date.now }: Parts): Activate {
  const vendor: KeyObject = vendorKey(settings);
  return async (text) => {
    const grant = readSerial(text, vendor);
    const known = (await store.serials.all()).find(({ id }) => id === grant.id);
    // A restart with the same setting asks nobody.
    if (known !== undefined) return { serial: known, isNew: false };
    if (isOver(grant, clock())) throw refused(phrase('was good until {end}', { end: day(grant.expiresAt ?? 0) }));
    const name = await releaseName?.();
    if (grant.release !== undefined && name !== undefined && grant.release !== name)
      throw refused(
        phrase(
          'is good for the release {release} alone, and this engine deploys {own}, as DEPLOYMENT_ENGINE_RELEASE or the mirror says',
          { release: grant.release, own: name },
        ),
      );
    const { activationUrl } = settings;
    if (activationUrl !== undefined)
      await askVendor(activationUrl, { serial: text.replace(/\s+/g, ''), engine: (await store.engine.identity()).id });
    return store.serials.activate(grant);
  };
}
