import { type Command, raw, sh } from '../../domain/command.ts';

const STORE = '/var/vcap/store';

/**
 * Makes a folder of vcap's in the store. vcap owns the store too and could put a link in the folder's place: root changes only
 * the folder that it has entered, and only if that is the one it looked for.
 */
export const makeVcapFolder = (name: string): Command => sh`
  (
    set -e
    mkdir -p ${STORE}
    cd -P ${STORE}
    here=$(pwd -P)
    [ -d ${name} ] || mkdir ${name}
    cd -P ${name}
    [ "$(pwd -P)" = "$here/${raw(name)}" ] || { echo "$here/${raw(name)} is a link, and root does not follow links there; put a folder in its place"; exit 1; }
    chown vcap:vcap .
  )`;
