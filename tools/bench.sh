#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `./run bench` does, with the build folder of the release preset: the engine alone, on one thread and on all
# processors; --rivals beside others; --footprint what an installation takes; --instructions counted instead of timed;
# --wasm in Node.
set -eu

BUILD=$1
shift
RECURRA=$BUILD/cli/recurra
OUT=build/rivals
VENV=$OUT/venv

build() { cmake --build "$BUILD" --target "$@"; }

# The rivals: two Python packages in an environment that can be thrown away, and a small program over oneDNN.
rivals() {
  if [ "${1:-}" = --venv ]; then
    VENV=$2
    shift 2
  fi
  if [ ! -x "$VENV/bin/python" ]; then
    echo "bench: making $VENV with PyTorch, ONNX Runtime and onnx (about 5 GB)"
    python3 -m venv "$VENV"
    "$VENV/bin/pip" install --quiet torch onnxruntime onnx numpy
  fi
  build recurra_onednn recurra_plot
  "$VENV/bin/python" bench/compare/rivals.py "$RECURRA" --out "$OUT" --onednn "$BUILD/bench/recurra_onednn" "$@"
  "$BUILD/bench/recurra_plot" "Recurra beside PyTorch" "times as fast" <"$OUT/rivals.tsv" >"$OUT/rivals.svg"
  echo "bench: $OUT/rivals.md, $OUT/rivals.svg"
}

case "${1:-}" in
  --rivals)
    shift
    rivals "$@"
    ;;
  --footprint)
    shift
    sh tools/python.sh
    python3 bench/compare/footprint.py --out build/footprint --wheel build/wheel/recurra-*.whl "$@"
    ;;
  --instructions)
    shift
    build recurra_workload
    python3 bench/instructions.py "$BUILD/bench/recurra_workload" "$@"
    ;;
  --wasm)
    shift
    NODE_PATH=/usr/share/nodejs cmake --preset wasm >/dev/null
    NODE_PATH=/usr/share/nodejs cmake --build --preset wasm --target recurra_every
    node --no-warnings --experimental-wasi-unstable-preview1 bench/wasm.mjs build/wasm/bench/recurra_every.wasm "$@"
    ;;
  "")
    "$RECURRA" bench --threads 1
    processors=$(nproc 2>/dev/null || echo 1)
    [ "$processors" -eq 1 ] || "$RECURRA" bench --threads "$processors"
    ;;
  *)
    echo "run bench: unknown argument '$1'" >&2
    exit 2
    ;;
esac
