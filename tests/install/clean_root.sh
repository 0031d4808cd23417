#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages into a clean Debian 12, and runs the command there: clean_root.sh FOLDER, which holds the .deb
# files.
set -eu
packages=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
. tests/install/root.sh
make_root bookworm

rm -rf "$root/packages"
mkdir -p "$root/packages"
cp "$packages"/*.deb "$root/packages/"
cp examples/data/england_wales_demand.csv "$root/try/demand.csv"
inside 'apt-get update -qq; apt-get purge -qq -y recurra recurra-doc librecurra-dev >/dev/null 2>&1 || true
  apt-get install -qq -y --no-install-recommends /packages/recurra_*.deb /packages/recurra-doc_*.deb >/try/apt.log 2>&1 || { cat /try/apt.log; exit 1; }'
inside 'cd /try
  recurra --version
  recurra --quiet forecast train demand.csv --target demand --horizon 48 --epochs 1 --hidden 8
  recurra forecast backtest model.safetensors demand.csv --report report.html >/dev/null
  recurra forecast predict model.safetensors demand.csv | wc -l | grep -qx 49
  if [ -e /usr/share/recurra/lesson/index.html ]; then recurra lesson --export page >/dev/null; test -s page/index.html; fi
  test -s /usr/share/doc/recurra/NOTICES && ls /usr/share/man/man1/recurra.1* >/dev/null
  echo "shared libraries: $(ldd /usr/bin/recurra | grep -c "=>")"'
echo "clean_root: the packages work in a clean Debian 12"
