import { Secret } from '../../domain/secret.ts';
import type { ReleaseVersion } from '../../domain/versions/version.ts';

const block = (kind: string): string => `-----BEGIN ${kind}-----\nbm90IGEgc2VjcmV0\n-----END ${kind}-----\n`;

/** Of the right shape only: real ones take a second. */
const SPECIAL = new Map([
  ['haproxy_ssl_pem', block('CERTIFICATE') + block('RSA PRIVATE KEY')],
  ['uaa_jwt_keys', block('RSA PRIVATE KEY') + block('PUBLIC KEY')],
]);

/** Always the same, so that it never looks like a change. */
export const standIn = (name: string): Secret =>
  new Secret(name, SPECIAL.get(name) ?? `standInFor${name.replaceAll('_', '')}`);

/** For a judgement, which needs a secret's shape alone: kept ones stay in the store. */
export const standInSecrets = ({ secrets }: Pick<ReleaseVersion, 'secrets'>): ReadonlyMap<string, Secret> =>
  new Map(secrets.map((name) => [name, standIn(name)]));
