import { Secret } from '../../domain/secret.ts';
import type { Store } from '../../store/store.ts';

/** A certificate is made for one domain: a configuration with another gets another, and the first one back later. */
const OF_A_DOMAIN: readonly string[] = ['haproxy_ssl_pem'];

interface SecretRequest {
  readonly secrets: Store['secrets'];
  readonly names: readonly string[];
  readonly domain: string;
  /** Makes those that are missing and keeps them; without it they have stand-ins, which no node has seen. */
  readonly generate?: (name: string) => string;
}

/** The cluster's secrets by the names a release version calls them. */
export async function clusterSecrets({
  secrets,
  names,
  domain,
  generate,
}: SecretRequest): Promise<Map<string, Secret>> {
  const namesByKey = new Map(names.map((name) => [OF_A_DOMAIN.includes(name) ? `${name}/${domain}` : name, name]));
  const kept =
    generate === undefined
      ? await secrets.known()
      : await secrets.ensure([...namesByKey.keys()], (key) => generate(namesByKey.get(key) ?? key));
  return new Map(
    [...namesByKey].map(([key, name]) => [name, kept.get(key) ?? new Secret(name, `not-made-yet-${name}`)]),
  );
}
