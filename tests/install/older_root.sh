#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The objects of a wheel in a clean Debian 11, which has glibc 2.31 and no package of C++: older_root.sh RECURRA WHEEL.
# RECURRA is the command as a program, linked of the same objects as the module, and runs there. That Debian has no Python for
# the module itself, so its libraries and their versions are looked up instead.
set -eu
program=$(realpath "$1")
wheel=$(realpath "$2")
cd "$(dirname "$0")/../.."
. tests/install/root.sh
make_root bullseye

python3 -m zipfile -e "$wheel" "$root/try"
cp "$program" "$root/try/recurra/recurra"
cp examples/data/england_wales_demand.csv "$root/try/demand.csv"
inside 'cd /try
  PATH=/try/recurra:$PATH
  recurra --version
  recurra --quiet forecast train demand.csv --target demand --horizon 48 --epochs 1 --hidden 8
  recurra forecast predict model.safetensors demand.csv | wc -l | grep -qx 49
  recurra --quiet forecast now demand.csv --target demand --horizon 48 >/dev/null
  ldd recurra/_engine*.so >libraries 2>&1
  if grep "not found" libraries; then exit 1; fi'
echo "older_root: $(basename "$wheel") finds its libraries in a clean Debian 11, and the command works there"
