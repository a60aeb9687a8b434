import { InputError } from '../errors.ts';
import type { Release } from '../release/release.ts';
import { phrase } from '../text/text.ts';
import { cfLite160, cfLite170, cfLite194 } from './cf-lite.ts';
import { v160 } from './v160.ts';
import { v170 } from './v170.ts';
import { v194 } from './v194.ts';
import type { ReleaseVersion } from './version.ts';

/** Every release version the engine can deploy. */
const VERSIONS: readonly ReleaseVersion[] = [v160, v170, v194, cfLite160, cfLite170, cfLite194];

/** What a configuration is checked against; the sample release shares its ports. */
export const DEFAULT_VERSION: ReleaseVersion = v170;

/**
 * What the engine knows of a release: the name must be equal and the first number of its version (`170.1-dev` is 170).
 * Throws InvalidRelease naming the known versions.
 */
export function versionOf({ name, version }: Pick<Release, 'name' | 'version'>): ReleaseVersion {
  const major = version.split(/[^0-9A-Za-z]/, 1)[0];
  const found = VERSIONS.find(({ release }) => release.name === name && release.version === major);
  if (found !== undefined) return found;

  const known = VERSIONS.map(({ release }) => `${release.name} ${release.version}`).join(', ');
  const message = phrase(
    '{name} {version} is not a version this engine can deploy; it knows {known}. Versions are data: docs/adding-a-release.md says how to add one',
    { name, version, known },
  );
  throw new InputError('InvalidRelease', [{ pointer: '/version', message }]);
}
