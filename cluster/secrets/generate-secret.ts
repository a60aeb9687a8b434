import { generateKeyPairSync, randomInt } from 'node:crypto';
import { selfSignedCertificate } from './self-signed-certificate.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LETTERS_AND_DIGITS = `${LETTERS}0123456789`;

/** About 190 bits: enough for a key as well as for a password. */
const LENGTH = 32;

/** Secrets that are more than a password. */
const SPECIAL: Readonly<Record<string, (cluster: { readonly domain: string }) => string>> = {
  haproxy_ssl_pem: ({ domain }) => selfSignedCertificate(domain),
  uaa_jwt_keys: () => rsaKeyPair(),
};

/**
 * Makes a secret. Passwords are letters and digits and start with a letter, because they land unquoted in URLs, SQL and
 * YAML. `uaa_jwt_keys` is a private key followed by its public key, `haproxy_ssl_pem` a certificate for the domain and
 * all names below it followed by its private key (PEM). Takes up to a second; needs the command `openssl`.
 */
export const generateSecret = (name: string, cluster: { readonly domain: string }): string =>
  (Object.hasOwn(SPECIAL, name) ? SPECIAL[name]?.(cluster) : undefined) ?? password();

const password = (): string =>
  pick(LETTERS) + Array.from({ length: LENGTH - 1 }, () => pick(LETTERS_AND_DIGITS)).join('');

const pick = (characters: string): string => characters.charAt(randomInt(characters.length));

/** PKCS#1 for the private half: the Java of that time reads nothing else. */
function rsaKeyPair(): string {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return privateKey + publicKey;
}
