import { access } from 'node:fs/promises';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { type ArchiveSource, sourcesAt } from './archive-sources.ts';
import { machineSources } from './machine-apt.ts';
import type { Wish } from './wish.ts';

/** An archive that the operator names instead of those this machine's apt knows. */
export interface NamedArchive {
  readonly url: string;
  /** Keyring for its signature. Default: the distribution's own, where this machine has it. */
  readonly key: string | undefined;
}

export interface PackageOrigin {
  readonly sources: readonly ArchiveSource[];
  /** Absent: apt trusts what the machine's apt trusts. */
  readonly keyring: string | undefined;
}

/** Where the packages of a wish come from. Throws `EnvironmentLacking` when this machine knows no such place. */
export async function packageOrigin(wish: Wish, archive: NamedArchive | undefined): Promise<PackageOrigin> {
  const keyring = archive?.key ?? (await archiveKeyring(wish.distribution));
  const sources = archive === undefined ? await machineSources(wish) : sourcesAt(archive.url, wish);
  if (sources.length > 0) return { sources, keyring };
  throw new DeploymentEngineError(
    'EnvironmentLacking',
    `This machine's apt has no source of ${wish.distribution}: name an archive that holds ${wish.suite} with --archive URL, or add one to /etc/apt`,
    { details: { distribution: wish.distribution, suite: wish.suite } },
  );
}

async function archiveKeyring(distribution: string): Promise<string | undefined> {
  const keyring = `/usr/share/keyrings/${distribution}-archive-keyring.gpg`;
  return access(keyring).then(
    () => keyring,
    () => undefined,
  );
}
