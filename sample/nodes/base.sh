# shellcheck shell=bash
# The read-only root file system all nodes share: Debian 12, built once, kept in the cache, verified on each use.

SUITE=bookworm
PACKAGES=openssh-server,sudo,procps,iproute2,iputils-ping,less,ca-certificates,tini

# Named by the recipe, so a changed recipe never uses an old cache.
base_name() {
  {
    echo "$SUITE $PACKAGES $PASSWORD"
    declare -f customize_base
    cd "$HERE/base" && find . -type f | LC_ALL=C sort | xargs tail -n +1
  } | sha256sum | cut -c1-12
}

# Prints the folder of a base. One that is not of the present recipe is only taken from the cache.
ensure_base() {
  local folder=$CACHE_DIR/base-$1
  mkdir -p "$CACHE_DIR" || environment_lacks "cannot write $CACHE_DIR; set DEPLOYMENT_ENGINE_CACHE_DIR"
  (
    exec 8>"$CACHE_DIR/lock" && flock 8
    [ -e "$folder.files" ] && [ "$(list_files "$folder")" = "$(<"$folder.files")" ] && exit
    [ -e "$folder.files" ] && say 'the base was changed, unpacking it again'
    archive_is_whole "$folder" || build_base "$1" "$folder.tar.zst" || exit
    unpack_base "$folder"
  ) || exit
  echo "$folder"
}

list_files() { (cd "$1" 2>/dev/null && find . -xdev -printf '%p %y %s %m %U %G %T@ %l\n' | LC_ALL=C sort | sha256sum); }
archive_is_whole() { (cd "$CACHE_DIR" && sha256sum --status --check "${1##*/}.tar.zst.sha256") 2>/dev/null; }

unpack_base() {
  local folder=$1
  rm -rf "$folder.files" "$folder.new"
  # Running nodes hold the old folder open; under another name they keep it.
  [ -e "$folder" ] && mv "$folder" "$folder.old.$EPOCHSECONDS"
  mkdir "$folder.new" && tar --numeric-owner --zstd -xpf "$folder.tar.zst" -C "$folder.new" \
    || fail "cannot unpack $folder.tar.zst"
  mv "$folder.new" "$folder" && list_files "$folder" >"$folder.files.new" && mv "$folder.files.new" "$folder.files"
  remove_unused_bases
}

# Each supervisor holds a shared lock on its base.
remove_unused_bases() {
  local old
  for old in "$CACHE_DIR"/base-*.old.*; do
    [ -d "$old" ] && flock --exclusive --nonblock "$old" rm -rf --one-file-system "$old"
  done
  return 0
}

build_base() {
  local archive=$2 source log=$CACHE_DIR/build.log build=$CACHE_DIR/build
  [ "$1" = "$(base_name)" ] || fail "these disks stand on the base $1, which is gone: nodes down --wipe"
  source=$(debian_archive)
  [ -n "$source" ] || environment_lacks "this machine's apt has no Debian archive (main) to build the nodes from"
  say "building the base from $source (once, half a minute of computing)"
  rm -rf --one-file-system "$build" && mkdir "$build" && apt_settings >"$build/apt.conf"
  TMPDIR=$build mmdebstrap --quiet --variant=minbase --include="$PACKAGES" --aptopt="$build/apt.conf" \
    --customize-hook="bash '$HERE/base.sh' \"\$1\"" "$SUITE" - "$source" 2>"$log" </dev/null \
    | zstd --quiet --threads=0 --force -o "$archive.new" \
    || { tail -n 5 "$log" >&2; environment_lacks "the base could not be built, see $log"; }
  mv "$archive.new" "$archive" && (cd "$CACHE_DIR" && sha256sum "${archive##*/}" >"${archive##*/}.sha256")
  rm -rf --one-file-system "$build"
}

# Where this machine's own apt gets Debian from; before the first "apt-get update" apt knows no origins.
debian_archive() {
  # shellcheck disable=SC2016 # apt's own variables
  {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Component: main' 'Origin: Debian'
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Component: main' "Release: $SUITE"
  } | awk '$2 !~ /-/ { print $1; exit }'
}

# How this machine's apt reaches the archive: proxies, time-outs, date checks.
apt_settings() {
  apt-config dump Acquire | grep -v -e '::IndexTargets' -e '::Changelogs' -e '::cdrom'
  echo 'Acquire::Retries "3"; Acquire::Languages "none";'
}

# Runs inside the build, $1 being the new root.
customize_base() {
  local root=$1 file mode
  while read -r file; do
    mode=644
    case $file in */sbin/* | */rc.local) mode=755 ;; esac
    install -D -m "$mode" "$HERE/base/$file" "$root/$file"
  done < <(cd "$HERE/base" && find . -type f)
  ln -s reboot "$root/usr/sbin/poweroff"
  echo "root:$PASSWORD" | chroot "$root" chpasswd
  # Every node makes its own keys and gets none of this machine's proxies and names.
  rm -f "$root"/etc/ssh/ssh_host_* "$root"/etc/apt/apt.conf.d/99mmdebstrap
  : >"$root/etc/machine-id"
  rm -f "$root/etc/resolv.conf" && : >"$root/etc/resolv.conf"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -eu
  # shellcheck source=settings.sh
  . "$(dirname "$0")/settings.sh"
  customize_base "$1"
fi
