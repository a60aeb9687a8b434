import { access, readFile } from 'node:fs/promises';
import { DeploymentEngineError } from '../domain/errors.ts';
import { archiveSources, INDEX_TARGET_FORMAT, parseIndexTargets } from './archive-sources.ts';
import { runProgram } from './program.ts';
import type { Wish } from './wish.ts';

/** The architecture the mirror is for: the control machine's own, `amd64`. */
export const architecture = async (): Promise<string> => (await runProgram('dpkg', ['--print-architecture'])).trim();

/** How this machine's apt reaches its archive (proxy, time-outs, certificates), as lines for another apt's configuration. */
export async function acquireSettings(): Promise<string> {
  const dump = await runProgram('apt-config', ['dump', 'Acquire']);
  const ours = /^Acquire::(IndexTargets|Languages|GzipIndexes|CompressionTypes|Changelogs|cdrom)\b/;
  return dump
    .split('\n')
    .filter((line) => line.includes('::') && !ours.test(line))
    .join('\n');
}

/** Where this machine's apt gets the distribution's packages, turned to the wanted suite. */
export async function machineSources(wish: Wish) {
  const wanted = { distribution: wish.distribution, machineSuite: await machineSuite(), suite: wish.suite };
  const known = archiveSources(parseIndexTargets(await indexTargets()), wanted);
  // Before the first `apt-get update` apt knows no origins; the sources themselves are known all the same.
  const sources =
    known.length > 0 ? known : archiveSources(parseIndexTargets(await indexTargets('--no-release-info')), wanted);
  if (sources.length > 0) return sources;
  throw new DeploymentEngineError(
    'EnvironmentLacking',
    `This machine's apt has no source of ${wish.distribution} ${wanted.machineSuite}; add one to /etc/apt and try again`,
    { details: wanted },
  );
}

/** The distribution's own keyring; undefined where there is none and apt's trusted keys have to do. */
export async function archiveKeyring(distribution: string): Promise<string | undefined> {
  const keyring = `/usr/share/keyrings/${distribution}-archive-keyring.gpg`;
  return access(keyring).then(
    () => keyring,
    () => undefined,
  );
}

const indexTargets = (...options: string[]): Promise<string> =>
  runProgram('apt-get', ['indextargets', ...options, '--format', INDEX_TARGET_FORMAT, 'Created-By: Packages']);

async function machineSuite(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8');
  return /^VERSION_CODENAME="?([\w-]+)"?$/m.exec(release)?.[1] ?? '';
}
