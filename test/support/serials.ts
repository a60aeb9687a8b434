import { generateKeyPairSync } from 'node:crypto';
import { type Claims, writeSerial } from '../../activation/serial.ts';
import { publicKeyText } from '../../activation/vendor-key.ts';
import type { Grant } from '../../domain/activation/serial.ts';
import type { Store } from '../../store/store.ts';

/** A vendor of the tests' own. */
export const VENDOR = generateKeyPairSync('ed25519');

const ID = '5e71a1'.repeat(4);

export const serialWith = (claims: Partial<Claims> = {}, { privateKey } = VENDOR): string =>
  writeSerial({ id: ID, deployments: 100_000, ...claims }, privateKey);

/** Settings of an engine that knows this vendor. */
export const VENDOR_SETTINGS = { DEPLOYMENT_ENGINE_ACTIVATION_KEY: publicKeyText(VENDOR.publicKey) } as const;

/** Settings of an engine that may deploy. */
export const ACTIVATED_SETTINGS = {
  ...VENDOR_SETTINGS,
  DEPLOYMENT_ENGINE_SERIAL: serialWith(),
} as const;

/** Activates the engine of a store. */
export const activate = (store: Pick<Store, 'serials'>, grant: Partial<Grant> = {}) =>
  store.serials.activate({ id: ID, deployments: 100_000, ...grant });
