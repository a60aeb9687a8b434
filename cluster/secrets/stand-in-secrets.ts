import { Secret } from '../../domain/secret.ts';
import type { ReleaseVersion } from '../../domain/versions/version.ts';
import { secretNames } from './generate-secret.ts';

const block = (kind: string): string => `-----BEGIN ${kind}-----\nbm90IGEgc2VjcmV0\n-----END ${kind}-----\n`;

/** Of the right shape only: real ones take a second. */
const SPECIAL = new Map([
  ['haproxy_ssl_pem', block('CERTIFICATE') + block('RSA PRIVATE KEY')],
  ['uaa_jwt_keys', block('RSA PRIVATE KEY') + block('PUBLIC KEY')],
]);

/** All secrets that the version names: those known, and for a rendering that nobody keeps the same stand-ins always. */
export const throwAwaySecrets = (
  version: Pick<ReleaseVersion, 'secrets'>,
  known: ReadonlyMap<string, Secret>,
): ReadonlyMap<string, Secret> =>
  new Map(
    secretNames(version).map((name) => [
      name,
      known.get(name) ?? new Secret(name, SPECIAL.get(name) ?? `standInFor${name.replaceAll('_', '')}`),
    ]),
  );
