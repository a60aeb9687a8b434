import { readFile } from 'node:fs/promises';
import { runProgram } from '../run-program.ts';
import { type ArchiveSource, archiveSources, INDEX_TARGET_FORMAT, parseIndexTargets } from './archive-sources.ts';
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

/** Where this machine's apt gets the distribution's packages, changed to the wanted suite; empty when it gets none. */
export async function machineSources(wish: Wish): Promise<ArchiveSource[]> {
  const { distribution, suite: machineSuite } = await machineSystem();
  if (distribution !== wish.distribution) return [];
  const wanted = { distribution, machineSuite, suite: wish.suite };
  const known = archiveSources(parseIndexTargets(await indexTargets()), wanted);
  // Before the first `apt-get update` apt knows the sources but not their origins.
  return known.length > 0 ? known : archiveSources(parseIndexTargets(await indexTargets('--no-release-info')), wanted);
}

const indexTargets = (...options: string[]): Promise<string> =>
  runProgram('apt-get', ['indextargets', ...options, '--format', INDEX_TARGET_FORMAT, 'Created-By: Packages']);

async function machineSystem(): Promise<{ readonly distribution: string; readonly suite: string }> {
  const release = await readFile('/etc/os-release', 'utf8');
  const value = (name: string): string => new RegExp(`^${name}="?([\\w-]+)"?$`, 'm').exec(release)?.[1] ?? '';
  return { distribution: value('ID'), suite: value('VERSION_CODENAME') };
}
