import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Configuration } from '../../domain/configuration.ts';
import type { Inspection } from '../../domain/node/inspection.ts';
import { Secret } from '../../domain/secret.ts';
import type { Vault } from '../secrets/encryption.ts';

/** The secrets of a configuration, as plain text. */
export type SecretValues = Readonly<Record<'password' | 'rootPassword', string>> & { readonly natsPassword?: string };

export const secretsOf = ({ properties, external: { natsPassword } }: Configuration): SecretValues => ({
  password: properties.password.reveal(),
  rootPassword: properties.rootPassword.reveal(),
  ...(natsPassword === undefined ? {} : { natsPassword: natsPassword.reveal() }),
});

/** Reads a stored configuration, in which the mask stands for each secret. */
export function withSecrets(text: string, secrets: SecretValues): Configuration {
  const stored = JSON.parse(text) as Configuration;
  const password = new Secret('password', secrets.password);
  const rootPassword = new Secret('root_password', secrets.rootPassword);
  const { natsPassword } = secrets;
  return {
    ...stored,
    properties: { ...stored.properties, password, rootPassword },
    external: {
      ...stored.external,
      ...(natsPassword === undefined ? {} : { natsPassword: new Secret('external_nats_password', natsPassword) }),
    },
  };
}

/** A whole inspection as one sealed text. */
export const sealInspection = (vault: Vault, place: string, { configuration, ...rest }: Inspection): string =>
  vault.seal(JSON.stringify({ ...rest, text: canonicalJson(configuration), secrets: secretsOf(configuration) }), place);

export function openInspection(vault: Vault, place: string, sealed: string): Inspection {
  const { text, secrets, ...rest } = JSON.parse(vault.open(sealed, place)) as SealedInspection;
  return { ...rest, configuration: withSecrets(text, secrets) };
}

type SealedInspection = Omit<Inspection, 'configuration'> & { readonly text: string; readonly secrets: SecretValues };
