import { COMPONENTS } from '../components.ts';
import type { Configuration } from '../configuration.ts';
import { MASK } from '../secret.ts';
import { phrase, type Text } from '../text/text.ts';
import { isWeakSecret } from '../weak-secret.ts';
import { canonicalAddress, isLoopbackAddress } from './address.ts';
import type { ConfigurationContext, Finding } from './configuration-checks.ts';
import type { ConfigurationDocument } from './configuration-document.ts';

/** crypt_r(3) of libxcrypt, and PAM, take no more. */
const LONGEST_PASSWORD = 511;

/** What is accepted but not recommended, with the place under canonical keys. */
export const warningsOf = (
  document: ConfigurationDocument,
  { ownAddresses = [], previous }: ConfigurationContext,
): Finding[] => [
  ...oddSecrets(document),
  ...ownMachine(document, ownAddresses.map(canonicalAddress)),
  ...strangersNats(document),
  ...otherDomain(document, previous),
];

function oddSecrets({ properties }: ConfigurationDocument): Finding[] {
  return (['password', 'root'] as const).flatMap((key) => {
    const value = properties[key];
    const bytes = new TextEncoder().encode(value).length;
    const warn = (message: Text): Finding[] => [{ path: ['properties', key], message }];
    if (value === MASK) return [];
    if (isWeakSecret(value))
      return warn('is easily guessed, and is hidden in logs only where it stands as a value of its own');
    if (bytes <= LONGEST_PASSWORD) return [];
    return warn(
      phrase('has {bytes} bytes; Debian and Ubuntu keep no password of more than {most}', {
        bytes,
        most: LONGEST_PASSWORD,
      }),
    );
  });
}

function strangersNats({ external }: ConfigurationDocument): Finding[] {
  return external.nats.length > 0 && external.nats_password === undefined
    ? [
        {
          path: ['external', 'nats'],
          message:
            'is logged in to with the password that this engine generated; where another engine made that cluster, give its password as nats_password',
        },
      ]
    : [];
}

/** cf-release names the places of packages, droplets and buildpacks after the domain. */
function otherDomain({ properties, components }: ConfigurationDocument, previous?: Configuration): Finding[] {
  const before = previous?.properties.domain;
  if (before === undefined || before === properties.domain || (components.cloud_controller_ng ?? []).length === 0)
    return [];
  const message = phrase(
    'was {before}: the cloud controller keeps the files of apps by domain, so those pushed until now are not found under {domain} and have to be pushed again; they are there again under {before}',
    { before, domain: properties.domain },
  );
  return [{ path: ['properties', 'domain'], message }];
}

function ownMachine({ components }: ConfigurationDocument, own: readonly string[]): Finding[] {
  return COMPONENTS.flatMap((component) =>
    (components[component] ?? []).flatMap((address, index) => {
      const warn = (message: Text): Finding[] => [{ path: ['components', component, index], message }];
      const harm =
        'a deploy makes accounts here, lets apt know the mirror alone, and runs monit and the jobs beside the engine';
      if (isLoopbackAddress(address))
        return warn(
          phrase('is a loopback address: to the engine it is this machine ({harm}), to every other node itself', {
            harm,
          }),
        );
      return own.includes(address) ? warn(phrase('is this machine, on which the engine runs: {harm}', { harm })) : [];
    }),
  );
}
