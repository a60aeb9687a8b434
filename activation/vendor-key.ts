import { createPublicKey, type KeyObject } from 'node:crypto';
import { isPackaged } from '../distribution/packaged.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { Settings } from '../domain/schemas/settings.ts';
import { VENDOR } from './vendor.ts';

/** The public key that serials are verified with; a checkout may name another one, so that tests can make serials. */
export function vendorKey(
  { activationKey }: Pick<Settings, 'activationKey'>,
  packaged: () => boolean = isPackaged,
): KeyObject {
  const isGiven = activationKey !== undefined && !packaged();
  try {
    return publicKey(isGiven ? activationKey : VENDOR);
  } catch (cause) {
    throw new DeploymentEngineError(
      'InvalidSettings',
      'DEPLOYMENT_ENGINE_ACTIVATION_KEY: must be an Ed25519 public key, 43 characters of base64url',
      { cause },
    );
  }
}

/** The key's 32 bytes as base64url, which fit a line. */
export const publicKeyText = (key: KeyObject): string => String(key.export({ format: 'jwk' }).x);

const publicKey = (x: string): KeyObject => createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
