import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { Secret } from '../../domain/secret.ts';
import type { Identity } from '../../ssh/connect/identity.ts';

/** A key pair of its own kind for each run of a test. */
export async function createIdentity(): Promise<Identity> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 3072,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  const blob = key.getPublicSSH().toString('base64');
  return { publicKey: `ssh-rsa ${blob} deployment-engine`, privateKey: new Secret('engine_key', privateKey) };
}
