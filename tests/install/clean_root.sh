#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages into a clean Debian 12 made by debootstrap, and runs the command there: clean_root.sh FOLDER, which
# holds the .deb files. The root stays in build/clean-root for the next time. Ends with 3 where there can be none.
set -eu
packages=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
root=$PWD/build/clean-root

command -v debootstrap >/dev/null 2>&1 || { echo "clean_root: debootstrap is missing (Debian's package debootstrap)" >&2; exit 3; }
[ "$(id -u)" -eq 0 ] || { echo "clean_root: only root can make a root" >&2; exit 3; }

if [ ! -e "$root/made" ]; then
  rm -rf "$root"
  debootstrap --variant=minbase bookworm "$root" >build/clean-root.log 2>&1 || { tail -n 5 build/clean-root.log >&2; echo "clean_root: is the archive in reach?" >&2; exit 3; }
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  touch "$root/made"
fi

rm -rf "$root/packages" "$root/try"
mkdir -p "$root/packages" "$root/try"
cp "$packages"/*.deb "$root/packages/"
cp examples/data/england_wales_demand.csv "$root/try/demand.csv"
# The command finds its page by /proc/self/exe.
mount -t proc proc "$root/proc" 2>/dev/null || { echo "clean_root: /proc cannot be mounted here" >&2; exit 3; }
trap 'umount "$root/proc"' EXIT
inside() { chroot "$root" /usr/bin/env -i http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive sh -euc "$1"; }

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
