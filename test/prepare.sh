# shellcheck shell=bash
# What tests and proofs need on this machine; read with `.` at the top of the checkout.

# Programs that only tests call: nise-bosh runs on any ruby, Java's among them, which Maven fetches; a browser looks at the
# Web UI, dnsmasq answers for a zone, and the last three read what was rendered for them.
install_programs() {
  local missing=() package packages=(ruby ruby-whitequark-parser chromium dnsmasq-base)
  # Under systemd their installation would also start them.
  [ -d /run/systemd/system ] || packages+=(haproxy nginx monit)
  [ -x "$(command -v java)" ] || packages+=(default-jre-headless)
  [ -x "$(command -v mvn)" ] || packages+=(maven)
  [ -d /usr/lib/postgresql ] || packages+=(postgresql)
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then echo "left out: tests that need ${missing[*]}, which only root may install"; return 0; fi
  echo "Installing for the tests: ${missing[*]}"
  # The tests start a server of their own; Debian's package would make and start one for the whole machine.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  apt_install "${missing[@]}" || { apt-get -qq update && apt_install "${missing[@]}"; } ||
    echo "left out: tests that need ${missing[*]}: apt-get could not install them"
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" \
    >/dev/null 2>&1 </dev/null
}

./local_build.sh || [ -x node_modules/.bin/node ] || exit 3
[ ! -x "$(command -v dpkg-query)" ] || install_programs
PATH="$PWD/node_modules/.bin:$PATH"
