import { z } from 'zod';
import type { Problem } from '../../domain/errors.ts';
import { type IndexEntry, optional, optionalText } from './release-index.ts';
import { checkedTexts } from './release-yaml.ts';

const build = z.object({ version: optionalText, sha1: optionalText, blobstore_id: optionalText });

/** `.final_builds/KIND/NAME/index.yml`: every build there ever was, by fingerprint or, in the oldest, by version. */
const buildsIndex = z.object({ builds: optional(z.record(z.string(), build), {}) });

export type Build = z.output<typeof build>;

/** Finds the build of an entry in the text of an index. */
export function findBuild(
  { fingerprint, version }: IndexEntry,
  text: string,
  place: { readonly file: string; readonly pointer: string },
): { readonly build: Build | undefined; readonly problems: Problem[] } {
  const { value, problems } = checkedTexts(buildsIndex, text, place);
  const builds = new Map(Object.entries(value?.builds ?? {}));
  const sameVersion = [...builds.values()].find((candidate) => version !== undefined && candidate.version === version);
  const found = builds.get(fingerprint ?? '') ?? sameVersion ?? builds.get(version ?? '');
  return { build: found, problems };
}
