import { createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { Secret } from '../../domain/secret.ts';

/** RSA, because the sshd of Ubuntu 10.04 knows no ed25519. */
const BITS = 3072;

export interface Identity {
  /** OpenSSH public key line, without a line end. */
  readonly publicKey: string;
  /** PEM (PKCS #1). */
  readonly privateKey: Secret;
}

/** Makes the key pair the engine logs in with. */
export async function createIdentity(): Promise<Identity> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: BITS });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  const blob = Buffer.concat([Buffer.from('ssh-rsa'), integer(e ?? ''), integer(n ?? '')].map(field));
  return {
    publicKey: `ssh-rsa ${blob.toString('base64')} deployment-engine`,
    privateKey: new Secret('engine_key', pem),
  };
}

// RFC 4251: numbers are two's complement, so a set high bit needs a zero before it.
function integer(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function field(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}
