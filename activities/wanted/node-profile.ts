import { DeploymentEngineError } from '../../domain/errors.ts';
import type { NodeProfile } from '../../domain/profiles/profile.ts';
import { profileFor } from '../../domain/profiles/profiles.ts';
import { sourcesOf } from '../../domain/profiles/source-build.ts';
import { withSources } from '../../domain/profiles/with-sources.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Mirror } from '../../mirror/mirror.ts';

/** The profile that serves a system, with what the mirror holds for it now; undefined when none serves it. */
export async function mirroredProfile(
  mirror: Pick<Mirror, 'architecture' | 'sources'>,
  system: string | undefined,
): Promise<NodeProfile | undefined> {
  const profile = profileFor(system ?? '');
  if (profile === undefined) return undefined;
  const [sources, packageArchitecture] = await Promise.all([
    mirror.sources(profile.name),
    mirror.architecture(profile.name),
  ]);
  return {
    ...withSources(profile, sources ?? []),
    ...(packageArchitecture === undefined ? {} : { packageArchitecture }),
  };
}

/** Nodes get nothing but what the mirror holds. Throws `EnvironmentLacking` where it was not filled for the profile. */
export function refuseUnmirrored({ name, builds }: NodeProfile): void {
  if (sourcesOf(builds).every(({ sha256 }) => sha256 !== undefined)) return;
  throw new DeploymentEngineError(
    'EnvironmentLacking',
    phrase(
      'The mirror holds nothing for {name} yet. Run ./local_build.sh --profile {name} on the control machine, then retry.',
      { name },
    ),
    { details: { profile: name } },
  );
}
