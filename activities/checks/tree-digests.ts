import { type Command, sh } from '../../domain/command.ts';
import type { Together } from '../../domain/step.ts';
import { askOnce } from './known.ts';

/** Where the packages lie. */
export const PACKAGES = '/var/vcap/data/packages';

/** Names, sizes, modes and times: finds drift without reading the files. */
export const treeDigest = (folder: string): Command =>
  sh`find ${folder} -printf '%p %s %m %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum | cut -d' ' -f1`;

/**
 * Sets `told_trees`, in which `tree=FOLDER DIGEST  -` stands for each folder that is there, with the digest of `treeDigest`;
 * of a package (`NAME/FINGERPRINT`), as seen from inside it. A survey walks all trees at once; where that finds what an earlier
 * walk has found, in whatever order, the digests are those that were made then. A digest that is not the expected one is found
 * out again, since a name with a line end in it may have mixed up two folders.
 */
const seeTrees = (folders: readonly string[]): Command => sh`
  walk_trees() {
    cd ${PACKAGES} 2>/dev/null || cd /
    set --
    for folder in ${folders}; do [ ! -d "$folder" ] || set -- "$@" "$folder"; done
    [ $# -eq 0 ] || exec find "$@" -printf '%H\t/%P %s %m %T@\n'
  }
  ${askOnce('trees', {
    sign: sh`walk_trees | sha256sum`,
    ask: sh`walk_trees | LC_ALL=C sort | awk ${DIGEST_EACH}`,
  })}`;

/** For a check that looks for folders in `told_trees`. */
export const ofTrees = (folders: readonly string[]): Together => ({
  read: seeTrees,
  names: folders,
  keeps: 'known_trees',
});

// Begins without a slash: a folder as seen from inside it.
const DIGEST_EACH = `
  {
    at = index($0, "\\t")
    folder = substr($0, 1, at - 1)
    line = substr($0, at + 1)
    sub(/^\\/ /, " ", line)
  }
  folder != last {
    close(digest)
    printf "tree=%s ", last = folder
    fflush()
  }
  { print (folder ~ /^\\// ? folder : ".") line | digest }
  BEGIN { digest = "exec sha256sum" }`;
