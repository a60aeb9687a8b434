import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { DeploymentEngineError } from '../../domain/errors.ts';

/** X.509 allows no longer common name; longer domains have their names in the extension alone. */
const MAX_COMMON_NAME = 64;

/** Ten years, key in the clear, everything to standard output. */
const REQUEST = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '3650', '-keyout', '-'];

/**
 * A certificate for `domain` and `*.domain`, valid for ten years, followed by its RSA key, as one PEM text.
 * Throws EnvironmentLacking when the command `openssl` is missing or refuses.
 */
export function selfSignedCertificate(domain: string): string {
  const wildcard = `*.${domain}`;
  const commonName = wildcard.length > MAX_COMMON_NAME ? 'haproxy' : wildcard;
  const names = `subjectAltName=DNS:${wildcard},DNS:${domain}`;
  const pem = openssl([...REQUEST, '-subj', `/CN=${commonName}`, '-addext', names]);
  const key = createPrivateKey(pem).export({ type: 'pkcs1', format: 'pem' });
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(pem)?.[0];
  return `${certificate ?? ''}${String(key)}`;
}

function openssl(parameters: readonly string[]): string {
  try {
    return execFileSync('openssl', parameters, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
  } catch (cause) {
    throw new DeploymentEngineError('EnvironmentLacking', 'The command openssl is needed to make a certificate', {
      cause,
    });
  }
}
