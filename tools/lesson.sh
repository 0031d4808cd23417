#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the lesson's page into build/lesson: the engine as WebAssembly, then the page around it. tools/lesson.sh [--check]
# --check also runs its static checks and the tests without a browser. Ends with 3 where something it needs is not here.
set -eu
cd "$(dirname "$0")/.."

fail() {
  echo "lesson: $*" >&2
  exit 3
}

command -v em++ >/dev/null 2>&1 || fail "em++ is missing (Debian's package emscripten)"
command -v npm >/dev/null 2>&1 || fail "npm is missing (Debian's packages nodejs and npm)"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "Node $(node --version) is too old; the page is built with Node 20.19 or newer"

JOBS=$(nproc 2>/dev/null || echo 2)
NODE_PATH=/usr/share/nodejs cmake --preset wasm >/dev/null
NODE_PATH=/usr/share/nodejs cmake --build --preset wasm -j "$JOBS"

cd lesson
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error || fail "cannot install the packages of lesson/package-lock.json: is the registry in reach?"
fi
if [ "${1:-}" = --check ]; then
  npm run --silent format:check &
  formatted=$!
  npm run --silent check
  wait "$formatted"
  npm run --silent test
fi
node build/build.mjs
