#!/usr/bin/env bash
# Makes a fresh Debian 12 ready to build Fovea: the packages of packages.txt and the Python environment .venv.
# Safe to run again; takes a fraction of a second when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

die() { echo "setup: $*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "installing packages needs root or sudo; as root run: scripts/setup.sh"
  fi
}

missing_packages() {
  comm -23 <(sed 's/#.*//; s/[[:space:]]//g; /^$/d' packages.txt | sort -u) \
           <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u)
}

install_packages() {
  command -v dpkg-query >/dev/null || die "this is not Debian: install the equivalents of packages.txt by hand"
  local missing
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  echo "setup: installing" $missing
  as_root apt-get -qq -o Acquire::Retries=3 update
  # Word splitting is wanted: one argument per package.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
    install --no-install-recommends $missing >/dev/null || die "apt-get could not install:" $missing
}

make_venv() {
  # The copy of the requirements inside .venv says what it was made from.
  cmp -s python-requirements.txt .venv/requirements.txt && return 0
  echo "setup: making .venv"
  # Debian's own Python by its path: another one first in PATH may be of another version.
  /usr/bin/python3 -m venv --clear .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --no-deps -r python-requirements.txt
  cp python-requirements.txt .venv/requirements.txt
}

install_packages
make_venv
