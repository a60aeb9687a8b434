import type { Configuration } from '../domain/configuration.ts';
import { Secret } from '../domain/secret.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Vault } from './encryption.ts';

/** The secrets of a configuration in the clear. */
export type SecretValues = Readonly<Record<'password' | 'rootPassword', string>>;

export const secretsOf = ({ properties }: Configuration): SecretValues => ({
  password: properties.password.reveal(),
  rootPassword: properties.rootPassword.reveal(),
});

/** Reads a configuration whose text holds the mask where the secrets go. */
export function withSecrets(text: string, secrets: SecretValues): Configuration {
  const stored = JSON.parse(text) as Configuration;
  const password = new Secret('password', secrets.password);
  const rootPassword = new Secret('root_password', secrets.rootPassword);
  return { ...stored, properties: { ...stored.properties, password, rootPassword } };
}

/** A whole configuration as one sealed text. */
export const sealConfiguration = (vault: Vault, place: string, configuration: Configuration): string =>
  vault.seal(JSON.stringify({ text: canonicalJson(configuration), secrets: secretsOf(configuration) }), place);

export function openConfiguration(vault: Vault, place: string, sealed: string): Configuration {
  const { text, secrets } = JSON.parse(vault.open(sealed, place)) as { text: string; secrets: SecretValues };
  return withSecrets(text, secrets);
}
