#!/bin/sh
# Makes what docker-compose.yml reads as secrets, in secrets/ beside it; what is there already stays.
# The folder is its owner's alone. The files in it are readable, because containers read them as other accounts. So is the
# configuration beside this script, whatever umask the checkout was made with.
set -eu
command -v openssl >/dev/null || {
  echo 'openssl is missing: apt-get install openssl' >&2
  exit 3
}
cd "$(dirname -- "$0")/../.."
chmod a+rX distribution/compose/*
umask 077
mkdir -p secrets
cd secrets

# $1: of the file. Its text comes from standard input and appears only when it is complete.
keep() {
  cat >"$1.new"
  [ -s "$1.new" ]
  chmod 444 "$1.new"
  mv "$1.new" "$1"
  echo "secrets/$1: made"
}
random() { openssl rand -hex "$1"; }

[ -e master-key ] || random 32 | keep master-key
[ -e postgres-password ] || random 24 | keep postgres-password
[ -e temporal-database-password ] || random 24 | keep temporal-database-password
[ -e database-url ] || printf 'postgres://engine:%s@postgres:5432/engine\n' "$(random 24)" | keep database-url

# A certificate of its own, good for the names given; with one of your authority put that here instead.
if [ ! -e proxy.pem ]; then
  names=DNS:localhost,IP:127.0.0.1
  for name in "$@"; do
    case $name in *[!0-9.]*) names=$names,DNS:$name ;; *) names=$names,IP:$name ;; esac
  done
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj '/CN=Deployment Engine' \
    -addext "subjectAltName=$names" -keyout proxy-key.new -out proxy-certificate.new 2>/dev/null
  cat proxy-certificate.new proxy-key.new | keep proxy.pem
  keep proxy-certificate.pem <proxy-certificate.new
  rm proxy-certificate.new proxy-key.new
fi
