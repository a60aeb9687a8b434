import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';

/** Seals values with the data folder's master key. */
export interface Vault {
  /** `place` names the row and column; the value can be opened only with the same place. */
  seal(text: string, place: string): string;
  /** @throws EngineDamaged when the key or the place differs from the one it was sealed with. */
  open(sealed: string, place: string): string;
  /** A keyed digest (64 hex digits); without the key it reveals nothing about the text. */
  digest(text: string): string;
}

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A vault over a master key of 32 bytes: AES-256-GCM for values, HMAC-SHA-256 for digests, each with its own derived key. */
export function createVault(masterKey: Uint8Array): Vault {
  const sealingKey = derive(masterKey, 'seal');
  const digestKey = derive(masterKey, 'digest');
  return {
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
    },

    open(sealed, place) {
      const bytes = Buffer.from(sealed.slice(VERSION.length + 1), 'base64');
      const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      try {
        const decipher = createDecipheriv('aes-256-gcm', sealingKey, bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(place))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new DeploymentEngineError(
          'EngineDamaged',
          phrase(
            'Could not decrypt {place}: the master key is not the one it was encrypted with, or the row was changed.',
            { place },
          ),
          { cause },
        );
      }
    },

    digest: (text) => createHmac('sha256', digestKey).update(text).digest('hex'),
  };
}

const derive = (masterKey: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', masterKey, new Uint8Array(), purpose, 32));
