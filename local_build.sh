#!/usr/bin/env bash
# Prepares the control machine; the text below is what --help prints. Over 200 lines, because it must run before anything of
# ours can: it brings the Node that the rest is written for.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: ./local_build.sh [--release RELEASE [--blobs FOLDER]... | --sample] [--profile NAME]...
                        [--sources FOLDER] [--archive URL [--archive-key FILE]]

Prepares this machine as the control machine: the Debian packages and npm modules the engine needs, the Temporal
server, and the offline mirror that nodes install from (docs/offline-mirror.md). A second run only checks that
everything is there.

  --release RELEASE
                   BOSH release to take into the mirror; it becomes the default release: a tarball, a folder one was
                   unpacked to, a checkout of a release's repository, or one of its releases/NAME-VERSION.yml. Of
                   several releases in a checkout version 170 is taken, else the newest.
                   Default: in an unpacked Deployment-Engine.tgz the cf-release (cf-170.tgz, cf-release/) that lies
                   in this folder or beside it (of several v170, else the highest version), else what was taken in
                   before; in a checkout the sample release.
  --sample         Take the sample release, built here.
  --blobs FOLDER   Folder of archives fetched from the release's blobstore, named by object id or sha1; may be
                   repeated. RELEASE/.blobs and RELEASE/blobs are searched anyway.
  --profile NAME   Node profile to mirror packages for: debian-12, ubuntu-12.04, ubuntu-10.04; may be repeated.
                   Default: debian-12. What each needs is in docs/profiles.md.
  --sources FOLDER Folder with source archives that this machine cannot download (docs/profiles.md).
  --archive URL    Package archive of the profile's distribution, where this machine's own apt knows none.
  --archive-key FILE
                   Keyring that archive is signed with. Default: the distribution's own, where it is installed.
  --help           Show this text.

Downloads use the proxies of the environment (http_proxy, https_proxy, no_proxy) and of this machine's apt; the engine
itself never uses one.

Everything goes to DEPLOYMENT_ENGINE_CACHE_DIR (default: /var/cache/deployment-engine for root, else
~/.cache/deployment-engine). Exit codes: 0 done, 1 failed, 2 wrong usage, 3 this machine lacks something.
HELP
}

STARTED=${LOCAL_BUILD_STARTED:-$(date +%s.%N)}
readonly FAILED=1 WRONG_USAGE=2 ENVIRONMENT_LACKS=3

say() { printf '[%6.1f s] %s\n' "$(awk -v now="$(date +%s.%N)" -v from="$STARTED" 'BEGIN { print now - from }')" "$*"; }
end() {
  local code=$1
  shift
  printf 'local_build: %s\n' "$*" >&2
  exit "$code"
}

release='' takes_sample='' blobs=() profile_words=() sources=()
while [ $# -gt 0 ]; do
  case $1 in
    --release | --blobs | --profile | --sources | --archive | --archive-key)
      [ -n "${2:-}" ] || end $WRONG_USAGE "$1 needs a value; see --help"
      case $1 in
        --release) release=$2 ;;
        --blobs)
          [ -d "$2" ] || end $WRONG_USAGE "no such folder: $2"
          sources+=("$(readlink -f -- "$2")")
          blobs+=(--blobs "${sources[-1]}")
          ;;
        --sources)
          [ -d "$2" ] || end $WRONG_USAGE "no such folder: $2"
          sources+=("$(readlink -f -- "$2")")
          profile_words+=("$1" "${sources[-1]}")
          ;;
        --archive-key)
          [ -r "$2" ] || end $WRONG_USAGE "no file that can be read: $2"
          sources+=("$(readlink -f -- "$2")")
          profile_words+=("$1" "${sources[-1]}")
          ;;
        *) profile_words+=("$1" "$2") ;;
      esac
      shift 2
      ;;
    --sample) takes_sample=yes; shift ;;
    --help | -h) usage; exit 0 ;;
    *) end $WRONG_USAGE "unknown option $1; see --help" ;;
  esac
done
[ -z "$release" ] || [ -z "$takes_sample" ] || end $WRONG_USAGE 'either --release or --sample'
if [ -n "$release" ]; then
  if [ ! -r "$release" ]; then end $WRONG_USAGE "no file or folder that can be read: $release"; fi
  release=$(readlink -f -- "$release")
elif [ ${#blobs[@]} -gt 0 ]; then end $WRONG_USAGE '--blobs needs --release'; fi
cd "$(dirname -- "$(readlink -f -- "$0")")"

# The engine's own rule (domain/schemas/settings.ts); exported, so that every program below agrees.
case ${HOME:-/} in
  /root | /) cache=/var/cache/deployment-engine ;;
  *) cache=$HOME/.cache/deployment-engine ;;
esac
cache=$(readlink -m -- "${DEPLOYMENT_ENGINE_CACHE_DIR:-$cache}")
export DEPLOYMENT_ENGINE_CACHE_DIR=$cache LOCAL_BUILD_STARTED=$STARTED
# Node's own downloads heed the environment's proxies only when told to.
export NODE_USE_ENV_PROXY=1
if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
  end $ENVIRONMENT_LACKS "cannot write to $cache: run this as root, or set DEPLOYMENT_ENGINE_CACHE_DIR"
fi

# The account of a service owns its cache, and may put a link there, for example: root never writes to such a folder, but
# installs what is missing and leaves the rest to that account, without the terminal that it could type commands into.
lock=$cache/local_build.lock logs=$cache/local_build owner='' as_owner=()
if [ "$(id -u)" = 0 ] && [ "$(stat -c %u "$cache")" != 0 ]; then
  owner=$(stat -c %u "$cache")
  lock=/run/deployment-engine-local_build.lock logs=/var/log/deployment-engine-local_build
  if account=$(getent passwd "$owner"); then
    IFS=: read -r name _ _ group _ home _ <<<"$account"
    as_owner=(setpriv --reuid "$owner" --regid "$group" --init-groups)
  else # It was copied here, with its number.
    name="account $owner" group=$owner home=/
    as_owner=(setpriv --reuid "$owner" --regid "$group" --clear-groups)
  fi
  as_owner+=(env -u TMPDIR -u TMP -u TEMP HOME="$home" setsid)
fi

command -v flock >/dev/null || end $ENVIRONMENT_LACKS 'flock is missing: install util-linux'
exec 9>"$lock"
flock --nonblock 9 || { say 'waiting for another local_build.sh'; flock 9; }

# As distribution/packaged.ts: a package that has lost its manifest is damaged, not a checkout.
is_packaged() { [ -e MANIFEST.sha256 ] || grep -q '"packagedCommit"' package.json 2>/dev/null; }
is_there() { command -v "$1" >/dev/null; }
modules_are_current() {
  ! is_packaged || return 0
  # npm writes its hidden lock file last, so an interrupted installation has none.
  [ -x node_modules/.bin/node ] && [ -e node_modules/.package-lock.json ] &&
    ! [ package-lock.json -nt node_modules/.package-lock.json ]
}
temporal_is_cached() { [ -x temporal/temporal ] || [ -n "${TEMPORAL_ADDRESS:-}${DEPLOYMENT_ENGINE_TEMPORAL_BIN:-}" ] || compgen -G "$cache/temporal/*/temporal" >/dev/null; }
has_pip() { python3 -m pip --version >/dev/null 2>&1 || is_there pip3 || is_there pip; }

missing_packages() {
  is_there apt-ftparchive || echo apt-utils
  is_there gpg || echo gnupg
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
  modules_are_current || is_there npm || echo npm
  temporal_is_cached || has_pip || echo python3-pip
}

mirror_is_complete() {
  modules_are_current && temporal_is_cached &&
    PATH=$PWD/node_modules/.bin:$PATH "${as_owner[@]}" node mirror/build.ts --is-complete "${profile_words[@]}"
}

install_packages() {
  local packages log=$logs-apt.log
  packages=$(missing_packages | paste -sd ' ')
  if [ -z "$packages" ]; then say 'Debian packages: unchanged'; return; fi
  # They build what a copied cache may hold already, where nobody could install them.
  if mirror_is_complete; then say "Debian packages: $packages not needed, the mirror is complete"; return; fi
  [ "$(id -u)" = 0 ] || end $ENVIRONMENT_LACKS "packages are missing and only root may install them: apt-get install $packages"
  say "Debian packages: installing $packages"
  local install="apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 $packages"
  # The lists may be old or, in a fresh container, absent.
  DEBIAN_FRONTEND=noninteractive bash -c "$install || { apt-get update && $install; }" >"$log" 2>&1 </dev/null 9>&- ||
    end $ENVIRONMENT_LACKS "could not install $packages ($(grep '^E:' "$log" | tail -n 1)); see $log"
}

install_modules() {
  if is_packaged; then say 'npm modules: those of the package'; return; fi
  if modules_are_current; then say 'npm modules: unchanged'; return; fi
  # npm ci begins by emptying the folder, and would empty the one that a link leads to and others work with.
  [ ! -L node_modules ] || end $ENVIRONMENT_LACKS "node_modules is a link to $(readlink -f node_modules), whose modules are older than package-lock.json: install them there, or remove the link"
  say 'npm modules: installing'
  local log=$logs-npm.log
  local options=(--ignore-scripts --no-audit --no-fund --loglevel=error)
  # Without a network npm would try each of some hundred packages for minutes; what it has in its own cache it may use.
  timeout 20 npm view commander version --fetch-retries=0 >/dev/null 2>&1 || options+=(--offline)
  # The lock stays with npm: should this script be killed, the next one waits until npm has ended.
  if ! npm ci "${options[@]}" >"$log" 2>&1; then
    # npm ci refuses a lock file that lacks another platform's optional packages, as it does where a registry has none.
    if ! grep -q EUSAGE "$log" || ! npm install --no-save "${options[@]}" >>"$log" 2>&1; then
      end $ENVIRONMENT_LACKS "npm could not install the modules ($(grep 'npm error' "$log" | grep -v 'log of this run' | tail -n 1)); see $log"
    fi
  fi
  modules_are_current || end $FAILED 'npm left no node_modules/.bin/node: this platform is not supported'
}

check_files() {
  local found
  ! is_packaged || { found=$(node distribution/check-files.ts) || exit $?; say "$found"; }
}

find_temporal() {
  if [ -n "${TEMPORAL_ADDRESS:-}" ]; then say "Temporal server: $TEMPORAL_ADDRESS is used"; return; fi
  temporal_is_cached || say 'Temporal server: fetching'
  local found
  found=$(node server/temporal/temporal-binary.ts) || exit $?
  say "$found"
}

sample_release() {
  say 'sample release: building' >&2
  node sample/build-release.ts | tail -n 1
}

# The one that lies here or beside this folder; of several v170, else the highest version. Never the sample. By their names,
# whatever the folders are called; the chosen one comes first.
releases_beside() {
  local each
  for each in ./cf-release* ./cf-*.tgz ./cf-*.tar.gz ../cf-release* ../cf-*.tgz ../cf-*.tar.gz; do
    case ${each##*/} in
      cf-lite*) continue ;;
      *.tgz | *.tar.gz) [ -e "$each" ] || [ -L "$each" ] || continue ;;
      *) [ -d "$each" ] || continue ;;
    esac
    printf '%s\t%s\n' "${each##*/}" "$(cd "${each%/*}" && pwd -P)/${each##*/}"
  done | sort --unique --version-sort --reverse | awk -F '\t' '
    { paths[NR] = $2 }
    $1 ~ /(^|[^0-9])170([^0-9]|$)/ { chosen = NR }
    END {
      if (chosen == "") chosen = 1
      if (NR > 0) print paths[chosen]
      for (each = 1; each <= NR; each++) if (each != chosen) print paths[each]
    }'
}

take_release_beside() {
  local found others
  found=$(releases_beside)
  release=$(head -n 1 <<<"$found") others=$(tail -n +2 <<<"$found" | paste -sd ' ')
  [ -z "$others" ] || say "release $release: chosen; --release takes another: $others"
  [ -n "$release" ] || return 0
  [ -r "$release" ] || end $ENVIRONMENT_LACKS "cannot read $release: its link leads nowhere, or it is closed to $(id -un)"
  release=$(readlink -f -- "$release")
}

refuse_unreadable() {
  local each
  for each in "$PWD/mirror/build.ts" ${release:+"$release"} "${sources[@]}"; do
    "${as_owner[@]}" test -r "$each" || end $ENVIRONMENT_LACKS "$name owns $cache and cannot read $each: put it where everybody may read it"
  done
}

# What root has copied there is the account's as well; test nodes keep their owners. chown follows no link.
hand_over() {
  local each
  for each in "$cache"/* "$cache"/.[!.]*; do
    if [ "$each" = "$cache/nodes" ] || ! { [ -e "$each" ] || [ -L "$each" ]; }; then continue; fi
    chown --recursive --no-dereference --from=0 "$owner:$group" "$each"
  done
}

is_there apt-get || end $ENVIRONMENT_LACKS 'apt-get is missing: the control machine has to be a Debian or Ubuntu'
[ -n "$release$takes_sample" ] || ! is_packaged || take_release_beside
[ -z "$owner" ] || refuse_unreadable
if [ -z "${LOCAL_BUILD_INSTALLED:-}" ]; then
  install_packages
  install_modules
fi
if [ -n "$owner" ]; then
  hand_over
  say "all else: as $name, who owns $cache"
  export LOCAL_BUILD_INSTALLED=yes
  "${as_owner[@]}" ./local_build.sh ${takes_sample:+--sample} ${release:+--release "$release"} "${blobs[@]}" "${profile_words[@]}" 9>&- &
  work=$!
  trap 'kill -- "-$work" 2>/dev/null' INT TERM HUP
  wait "$work" && exit || exit $?
fi
PATH=$PWD/node_modules/.bin:$PATH
check_files
find_temporal
if [ -n "$takes_sample" ] || { [ -z "$release" ] && ! is_packaged; }; then
  release=$(sample_release) || exit $?
fi
node mirror/build.ts "${profile_words[@]}" ${release:+--release "$release"} "${blobs[@]}" || exit $?
say 'ready: start the engine with ./DeploymentEngineServer'
