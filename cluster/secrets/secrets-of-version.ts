import type { Secret } from '../../domain/secret.ts';
import type { ReleaseVersion } from '../../domain/versions/version.ts';
import type { ClusterSecrets } from '../../store/secrets/contract.ts';
import { generateSecret } from './generate-secret.ts';
import { standIn } from './stand-in-secrets.ts';

/** A certificate is made for one domain: a configuration with another gets another, and the first one back later. */
const OF_A_DOMAIN: readonly string[] = ['haproxy_ssl_pem'];

type Names = Pick<ReleaseVersion, 'secrets'>;

/** Name in the store by the name that the version calls it. */
const keysOf = ({ secrets }: Names, domain: string): Map<string, string> =>
  new Map(secrets.map((name) => [name, OF_A_DOMAIN.includes(name) ? `${name}/${domain}` : name]));

/** The cluster's secrets for a deploy; those that are missing are made and kept. */
export async function ensureSecrets(
  store: Pick<ClusterSecrets, 'ensure'>,
  version: Names,
  domain: string,
  generate: typeof generateSecret = generateSecret,
): Promise<Map<string, Secret>> {
  const keys = keysOf(version, domain);
  const names = new Map([...keys].map(([name, key]) => [key, name]));
  const kept = await store.ensure([...keys.values()], (key) => generate(names.get(key) ?? key, { domain }));
  return secretsBy(keys, kept);
}

/** The cluster's secrets for a plan: nothing is made, and one that no node has seen yet has a stand-in. */
export async function secretsForPreview(
  store: Pick<ClusterSecrets, 'known'>,
  version: Names,
  domain: string,
): Promise<Map<string, Secret>> {
  return secretsBy(keysOf(version, domain), await store.known());
}

const secretsBy = (keys: ReadonlyMap<string, string>, kept: ReadonlyMap<string, Secret>): Map<string, Secret> =>
  new Map([...keys].map(([name, key]) => [name, kept.get(key) ?? standIn(name)]));
