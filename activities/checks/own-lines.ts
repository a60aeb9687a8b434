import { type Command, sh } from '../../domain/command.ts';

/** Lines of ours in a file that belongs to the people of a node. */
export interface OwnLines {
  readonly path: string;
  readonly lines: readonly string[];
  /** An awk pattern for every line that we write or have written there, and nobody else does. */
  readonly pattern: string;
  /** Comments around the lines; without them a line is known by the pattern alone, wherever it stands. */
  readonly markers?: readonly [begin: string, end: string];
  /** Octal, for a file that is not there yet. */
  readonly mode: string;
}

/** Prints each line of ours as `own=LINE`, and `damaged=yes` where a marker is missing or line ends were changed. */
export const readOwnLines = (wanted: OwnLines): Command => sh`
  [ ! -f ${wanted.path} ] || ${separate(wanted, 'read')} ${wanted.path}`;

/**
 * Puts our lines at the end as lines of their own, in place of former ones; with no lines, takes those away. Whatever is
 * not wholly ours stays, and so do owner, mode, and a link; the file is replaced at once.
 */
export const putOwnLines = (wanted: OwnLines): Command => {
  const { path, lines, markers, mode } = wanted;
  const [begin, end] = markers ?? [];
  const block = lines.length === 0 ? [] : [begin, ...lines, end].filter((line) => line !== undefined);
  return sh`
    file=$(readlink -f ${path}) || { echo ${`${path} is a link that leads nowhere`}; exit 1; }
    new=$file.deployment-engine
    if [ -e "$file" ]; then
      ${keepOriginal(path)}
      cp -p "$file" "$new"
      chmod u+w "$new"
      ${separate(wanted, 'strip')} "$file" >"$new"
    else
      : >"$new"
      chmod ${mode} "$new"
    fi
    ${block.length === 0 ? sh`:` : sh`printf '%s\n' ${block} >>"$new"`}
    [ ! -e "$file" ] || chmod --reference="$file" "$new"
    sync "$new"
    # In containers the file may be a mount that cannot be replaced.
    mv -f "$new" "$file" 2>/dev/null || {
      cat "$new" >"$file"
      rm -f "$new"
    }`;
};

/** The first original of a file we change lies beside it, whole or not at all. */
export function keepOriginal(path: string): Command {
  const original = `${path}.before-deployment-engine`;
  return sh`
    if [ ! -e ${original} ]; then
      cp -pL ${path} ${original}.new
      sync ${original}.new
      mv ${original}.new ${original}
    fi`;
}

// A block without its end has, as far as anybody can tell, only those lines that follow its beginning and look like ours.
const SEPARATE = `
  function is_closed(from, at) {
    for (at = from + 1; at <= NR && bare[at] != begin; at++) if (bare[at] == end) return 1
    return 0
  }
  function found(what) { if (ENVIRON["MODE"] == "read") print what }
  { line[NR] = bare[NR] = $0; sub(/\\r$/, "", bare[NR]) }
  END {
    begin = ENVIRON["BEGIN"]; end = ENVIRON["END"]
    inside = closed = (begin == "")
    for (at = 1; at <= NR; at++) {
      if (begin != "" && bare[at] == begin) {
        inside = 1; closed = is_closed(at)
        if (!closed) found("damaged=yes")
      } else if (begin != "" && bare[at] == end) {
        if (!inside) found("damaged=yes")
        inside = 0
      } else if (inside && bare[at] ~ ENVIRON["PATTERN"]) {
        found("own=" bare[at])
        if (line[at] != bare[at]) found("damaged=yes")
      } else {
        if (!closed) inside = 0
        if (ENVIRON["MODE"] == "strip") print line[at]
      }
    }
  }`;

const separate = ({ pattern, markers: [begin, end] = ['', ''] }: OwnLines, mode: 'read' | 'strip'): Command =>
  sh`MODE=${mode} PATTERN=${pattern} BEGIN=${begin} END=${end} awk ${SEPARATE}`;
