import type { NodeProfile } from '../domain/profiles/profile.ts';
import { type Source, sourcesOf } from '../domain/profiles/source-build.ts';

/** What tells the operator of a profile that the mirror does not hold: the command that adds it, and what that needs. */
export function leftOut({ name, archive, builds }: NodeProfile): string[] {
  const sources = sourcesOf(builds);
  const stated = sources.filter(({ sha256 }) => sha256 === undefined);
  const downloads = sources.filter((each) => isDownload(each) && !stated.includes(each));
  const needs = [
    `an archive of ${archive.distribution} with ${archive.suite} at URL, unless this machine's own apt has it`,
    ...(stated.length === 0 ? [] : [`${files(stated)} in FOLDER, with a SHA256SUMS`]),
    ...(downloads.length === 0 ? [] : [`${files(downloads)} there too, unless this machine can download them`]),
  ];
  return [
    `left out: nodes with ${name}; ./local_build.sh --profile ${name} --archive URL --sources FOLDER adds them`,
    `  needs ${needs.join('; ')} (docs/profiles.md)`,
  ];
}

const isDownload = ({ from }: Source): boolean => 'url' in from;

const files = (sources: readonly Source[]): string => sources.map(({ file }) => file).join(', ');
