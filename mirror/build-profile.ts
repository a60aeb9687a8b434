import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { DeploymentEngineError, isEngineError } from '../domain/errors.ts';
import type { NodeProfile } from '../domain/profiles/profile.ts';
import { openAptRoot } from './apt/apt-root.ts';
import { type BuiltRepository, buildRepository, publishedRepository } from './apt/build-repository.ts';
import { type NamedArchive, packageOrigin } from './apt/package-origin.ts';
import { wishOf } from './apt/wish.ts';
import type { Layout } from './layout.ts';
import type { Mirror } from './mirror.ts';
import { type CollectedSources, collectSources } from './sources/collect-sources.ts';
import { fetchSource } from './sources/fetch-source.ts';
import { openSourceFolder } from './sources/source-folder.ts';

/** What the operator names where this machine's apt and the publishers are not enough. */
export interface ProfileOptions {
  readonly archive: NamedArchive | undefined;
  /** Folder of source archives. */
  readonly sources: string | undefined;
}

export interface BuiltProfile {
  readonly repository: BuiltRepository;
  readonly sources: Pick<CollectedSources, 'sources' | 'changed'>;
}

/**
 * Fills the mirror with what the profile's nodes need: sources first, then packages; nodes see neither before both are there.
 * Throws `EnvironmentLacking` with everything that cannot be obtained.
 */
export async function buildProfile(
  mirror: Mirror,
  layout: Layout,
  profile: NodeProfile,
  options: ProfileOptions,
): Promise<BuiltProfile> {
  const collected = await collect(mirror, layout, profile, options);
  const lacking = [...collected.lacking, ...(await lackingOrigin(layout, profile, options))];
  if (lacking.length > 0) throw incomplete(profile, lacking);
  const repository = await buildRepository(layout, wishOf(profile), options.archive);
  if (collected.changed) await mirror.saveSources(profile.name, collected.sources);
  return { repository, sources: collected };
}

async function collect(
  mirror: Mirror,
  layout: Layout,
  profile: NodeProfile,
  { archive, sources }: ProfileOptions,
): Promise<CollectedSources> {
  const workshop = layout.workshop(profile.name);
  await mkdir(workshop, { recursive: true });
  const folder = await mkdtemp(path.join(workshop, 'sources-'));
  const wish = wishOf(profile);
  try {
    return await collectSources(mirror, profile, {
      folder: sources === undefined ? undefined : openSourceFolder(sources),
      fetch: (source) =>
        fetchSource(source, folder, async () => openAptRoot(workshop, wish, await packageOrigin(wish, archive))),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Checked before anything is downloaded, so that everything missing is reported at once. */
async function lackingOrigin(layout: Layout, profile: NodeProfile, { archive }: ProfileOptions): Promise<string[]> {
  const wish = wishOf(profile);
  if ((await publishedRepository(layout, wish)) !== undefined) return [];
  return packageOrigin(wish, archive).then(
    () => [],
    (error: unknown) => {
      if (!isEngineError(error, 'EnvironmentLacking')) throw error;
      return [error.message];
    },
  );
}

const incomplete = ({ name }: NodeProfile, lacking: readonly string[]): DeploymentEngineError =>
  new DeploymentEngineError(
    'EnvironmentLacking',
    `The mirror for ${name} cannot be completed on this machine (docs/profiles.md):\n${lacking.map((each) => `  - ${each}`).join('\n')}`,
    { details: { profile: name, lacking } },
  );
