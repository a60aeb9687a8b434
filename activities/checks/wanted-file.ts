import { createHash } from 'node:crypto';
import { type Command, sh } from '../../domain/command.ts';
import type { Change } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from './answers.ts';

/** A file a step wants on the node, compared by digest and mode. */
export interface WantedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: string;
  readonly sha256: string;
}

/** `sha256 mode` by path; a file that is not there is missing. */
export type FileFacts = ReadonlyMap<string, string>;

export const wantedFile = (path: string, content: string | Uint8Array, mode: string): WantedFile => ({
  path,
  content,
  mode,
  sha256: createHash('sha256').update(content).digest('hex'),
});

/** Check and changes for a set of files, to be part of a step; the facts tell of `others` too. */
export function filesAsWanted(files: readonly WantedFile[], others: readonly string[] = []) {
  const paths = [...files.map(({ path }) => path), ...others];
  return {
    run: sh`
      is_seen=yes
      for file in ${paths}; do case $asked_files in *" $file "*) ;; *) is_seen= ;; esac; done
      if [ -n "$is_seen" ]; then
        printf '%s\n' "$seen_files"
      else
        ${lookAtFiles(paths)}
      fi`,
    together: { read: seeFiles, names: paths },
    parse: (stdout: string): FileFacts => new Map(readAnswers(stdout).all('file').map(pathAndDigest)),
    changes: (facts: FileFacts): Change[] =>
      files.filter((file) => facts.get(file.path) !== digestLine(file)).map(upload(facts)),
  };
}

/** Sets `seen_files` to what `lookAtFiles` prints: a survey has two processes read the files of all its checks. */
export const seeFiles = (paths: readonly string[]): Command => sh`
  asked_files=${` ${paths.join(' ')} `}
  seen_files=$(
    ${lookAtFiles(paths)}
  ) 2>/dev/null`;

/** Sets `digest` to that of a file in `seen_files`; empty where it is not there. */
export const digestSeen = (path: string): Command => sh`
  digest="$seen_files
  "
  before=\${digest%%${` ${path}`}
  *}
  if [ "$before" = "$digest" ]; then digest=; else digest=\${before##*file=} && digest=\${digest%% *}; fi`;

/** Prints `file=SHA256 MODE PATH` of each that is there. */
const lookAtFiles = (paths: readonly string[]): Command => sh`
set --
for file in ${paths}; do [ ! -f "$file" ] || set -- "$@" "$file"; done
[ $# -eq 0 ] || { sha256sum "$@"; stat -c '%a %n' "$@"; } |
  awk -v count=$# 'NR <= count {digest[NR] = $1; next} {print "file=" digest[NR - count] " " $0}'`;

/** `SHA256 MODE PATH`. */
const pathAndDigest = (line: string): [path: string, digest: string] => {
  const [sha256, mode, ...path] = line.split(' ');
  return [path.join(' '), `${sha256} ${mode}`];
};

const digestLine = ({ sha256, mode }: WantedFile): string => `${sha256} ${mode.replace(/^0+/, '')}`;

const upload =
  (facts: FileFacts) =>
  ({ path, content, mode }: WantedFile): Change => ({
    reason: facts.has(path) ? phrase('{path} differs', { path }) : phrase('{path} is missing', { path }),
    act: { kind: 'upload', path, content, mode },
  });
