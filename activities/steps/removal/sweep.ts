import { type NodeContext, releaseFolder, RELEASES } from '../../../cluster/node-context.ts';
import { byteSize } from '../../../domain/byte-size.ts';
import { raw, sh } from '../../../domain/command.ts';
import { change, type Step } from '../../../domain/step.ts';
import { countOf } from '../../../domain/text/counts.ts';
import { allOf } from '../../../domain/text/joined.ts';
import { phrase, type Text } from '../../../domain/text/text.ts';
import { readAnswers } from '../../checks/answers.ts';

/** A folder that nothing uses any more. */
interface Unused {
  /** `gnatsd/<fingerprint>`, or the name of a release's folder. */
  readonly name: string;
  readonly bytes: number;
}

export interface SweepFacts {
  readonly packages: readonly Unused[];
  readonly releases: readonly Unused[];
}

interface Options {
  /** Folders of instances (`nats_0`) that will change or go: what they were made from counts no more. */
  readonly outgoing?: readonly string[];
  /** Those of them that go: their processes still run when the sweep is planned, and are gone when it is done. */
  readonly leaving?: readonly string[];
}

type Wanted = Pick<NodeContext, 'release' | 'packages'>;

const PACKAGES = '/var/vcap/data/packages';
const LINKS = '/var/vcap/packages';

/**
 * Deletes what nothing on the node uses any more. Kept are the last two releases of the node, the packages that are
 * wanted, those that instances are made of and their links lead to, those of the release before, and those that the node
 * has built for others; and whatever a process works with.
 */
export const sweep = (
  { release, packages }: Wanted,
  { outgoing = [], leaving = [] }: Options = {},
): Step<SweepFacts> => ({
  title: 'Sweep what nothing uses any more',

  check: {
    run: sh`
      cd ${RELEASES} 2>/dev/null || exit 0
      current=${folderName(release)}
      set --
      for one in *; do
        case $one in *[!0-9a-f]*) continue ;; esac
        [ \${#one} -eq 16 ] && [ "$one" != $current ] && [ ! -L "$one" ] && [ -f "$one/release.MF" ] || continue
        # Written when something is installed from it.
        if [ -f "$one/used" ]; then set -- "$@" "$one/used"; else set -- "$@" "$one/release.MF"; fi
      done
      earlier=$*
      [ $# -lt 2 ] || earlier=$(ls -td "$@")
      set --
      for one in $earlier; do set -- "$@" "\${one%/*}"; done
      before=\${1-}
      [ $# -eq 0 ] || shift
      older=$*
      # An engine that did not note it yet: then each package of the release.
      named() { [ ! -f "$1/used" ] && awk '{gsub(/"/, "")} /^[a-z]/ {part = $1} part == "packages:" && /^ +(- )?name:/ {name = $NF} part == "packages:" && /^ +fingerprint:/ {print name "/" $NF}' "$1/release.MF" 2>/dev/null; }
      kept=$(
        printf '%s\n' ${packages.map(({ name, fingerprint }) => `${name}/${fingerprint}`)}
        [ ! -f $current/built ] || cat $current/built
        named $current
        [ -z "$before" ] || { cat "$before/built" "$before/used"; named "$before"; }
        cd /var/vcap/bosh/instances || exit
        set --
        for one in *; do
          case ${` ${outgoing.join(' ')} `} in *" $one "*) continue ;; esac
          for file in "$one/installed" "$one/installed.previous" "$one/inputs"; do [ ! -f "$file" ] || set -- "$@" "$file"; done
        done
        [ $# -eq 0 ] || sed -n 's|^package \([^ ]*\) \([^ ]*\)$|\1/\2|p' "$@"
      )
      cd ${PACKAGES} || exit 0
      unused=$({
        find ${LINKS}/ -maxdepth 1 -type l -printf 'link %f %l\n'
        for one in */*.done */*.building */*.arriving */*.former; do
          [ ! -e "$one" ] || [ -L "\${one%%/*}" ] || [ -L "\${one%.done}" ] || echo "there $one"
        done
      } | KEPT=$kept awk -v packages=${PACKAGES}/ '
        BEGIN {
          count = split(ENVIRON["KEPT"], names, "\n")
          for (i = 1; i <= count; i++) {split(names[i], word, " "); kept[word[1]]; split(word[1], part, "/"); used[part[1]]}
        }
        $1 == "link" && index($3, packages) == 1 && $2 in used {kept[substr($3, length(packages) + 1)]}
        $1 == "there" && NF == 2 && $2 ~ /^[A-Za-z0-9][A-Za-z0-9._+-]*\/[A-Za-z0-9][A-Za-z0-9._+-]*$/ {
          sub(/\.done$/, "", $2)
          if (!($2 in kept)) print $2
        }')
      [ -n "$unused$older" ] || exit 0

      # Programs and libraries that run, files that are open, and what is mounted there.
      busy=$({
        ls -l /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/fd
        cat /proc/[0-9]*/maps /proc/mounts
        cat /proc/[0-9]*/cmdline | tr '\0' '\n'
      } 2>/dev/null | awk -v real="$(pwd -P)/" -v packages=${PACKAGES}/ -v links=${LINKS}/ '
        function name_in(text, prefix, parts,  at, part, count) {
          at = index(text, prefix)
          if (!at) return ""
          count = split(substr(text, at + length(prefix)), part, /[\/ :]/)
          return count < parts ? "" : parts == 2 ? part[1] "/" part[2] : part[1]
        }
        { of = name_in($0, real, 2); if (of == "") of = name_in($0, packages, 2); if (of != "") print of }
        { of = name_in($0, links, 1); if (of != "") print of }' | sort -u)
      is_busy() { echo "$busy" | grep -qxF "$1"; }
      is_link_busy() { is_busy "\${1%%/*}" && [ "$(readlink ${LINKS}/"\${1%%/*}")" = ${raw(PACKAGES)}/"$1" ]; }
      left=$(cd /var/vcap/bosh/instances && for one in ${leaving}; do
        cat "$one/installed" "$one/installed.previous" "$one/inputs"
      done | sed -n 's|^package \([^ ]*\) \([^ ]*\)$|\1/\2|p')
      is_left() { echo "$left" | grep -qxF "$1"; }
      set --
      for one in $unused; do is_left "$one" || ! { is_busy "$one" || is_link_busy "$one"; } || continue; set -- "$@" "$one"; done
      # Nobody waits for a slow disk to be told how much room it would be.
      sized() { # kind, names
        kind=$1 && shift
        [ $# -eq 0 ] || { timeout 10 du -skx -- "$@" 2>/dev/null; printf '0\t%s\n' "$@"; } |
          awk -F'\t' -v kind=$kind 'NF == 2 && !told[$2]++ {print kind "=" $1 " " $2}'
      }
      sized package "$@"
      cd ${RELEASES}
      sized release $older`,
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      return { packages: answers.all('package').map(unused), releases: answers.all('release').map(unused) };
    },
  },

  changes: ({ packages: old, releases }) =>
    old.length + releases.length === 0
      ? []
      : [change(sweptLine(old, releases), takeAway(old, releases), { long: true })],
});

const folderName = (release: NodeContext['release']): string => releaseFolder(release).slice(RELEASES.length + 1);

/** `KIBIBYTES NAME`. */
const unused = (line: string): Unused => {
  const [kib, name = ''] = line.split(' ');
  return { name, bytes: Number(kib) * 1024 };
};

function sweptLine(packages: readonly Unused[], releases: readonly Unused[]): Text {
  const kinds = [
    ...(packages.length === 0 ? [] : [countOf(packages.length, 'package')]),
    ...(releases.length === 0 ? [] : [countOf(releases.length, 'release')]),
  ];
  const bytes = [...packages, ...releases].reduce((sum, each) => sum + each.bytes, 0);
  return phrase('{what} that nothing uses any more, {size}', { what: allOf(kinds), size: byteSize(bytes) });
}

// After an interruption between two of these the folder is found again: by its marker, its new name, or its release.MF.
const takeAway = (packages: readonly Unused[], releases: readonly Unused[]) => sh`
  cd ${PACKAGES}
  for one in ${packages.map(({ name }) => name)}; do
    name=\${one%%/*}
    [ ! -L "$name" ] && [ ! -L "$one" ] || continue
    [ "$(readlink ${LINKS}/"$name")" != ${raw(PACKAGES)}/"$one" ] || rm -f ${LINKS}/"$name"
    case $one in
      *.building | *.arriving | *.former) going=$one ;;
      *)
        going=$one.former
        rm -rf --one-file-system "$going"
        [ ! -e "$one" ] || mv "$one" "$going"
        rm -f "$one.done"
        ;;
    esac
    rm -rf --one-file-system "$going"
    rmdir "$name" 2>/dev/null || true
    echo "package $one"
  done
  cd ${RELEASES}
  for one in ${releases.map(({ name }) => name)}; do
    [ ! -L "$one" ] || continue
    rm -rf --one-file-system "$one/jobs" "$one/packages"
    rm -rf --one-file-system "$one"
    echo "release $one"
  done`;
