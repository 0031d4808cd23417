#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `./run test` does: static checks, every test of the dev preset, hosts of the installed library, the Python module,
# clang-tidy, the lesson in Node and in browsers, the npm package, the fast tests and the command's quick journeys under the
# address and undefined-behaviour sanitizers.
# --all adds what takes long: the wheel, which compiles the engine again, a host with a Highway of its own, clang-tidy source
# by source, the lesson's slow tests, trainings on several hosts and on Ray and Dask, the thread sanitizer, the scalar build, the layers up to nn on 64-bit ARM,
# the Debian packages in a clean root, five minutes of the training behind `forecast now` and fifteen seconds of each fuzzer.
set -eu

all=no
for argument in "$@"; do
  case "$argument" in
    --all) all=yes ;;
    *)
      echo "run test: unknown argument '$argument'" >&2
      exit 2
      ;;
  esac
done

JOBS=$(nproc 2>/dev/null || echo 2)
launcher=""
command -v ccache >/dev/null 2>&1 && launcher="-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"

# Sanitizers find nothing new in a net that is trained to its end, nor beside a clock.
LONG='*Learn*:*Beats*:*ATrainedNet*:*MeanOfSixtyDraws*:Bench*:*CoversAs*:*CoverAs*:*CoverageOn*:*WhatComesLater*:*EndsWithinNoise*:*HalfHourly*:*OnTheBundled*'
# These journeys of the command train one net after another. The others show what is its own: server, signals, files.
TRAINING_JOURNEYS='^(command|forecast|forecast_now|sequences|seq2seq|lm|repeat)_journeys'
# Every cell at every batch, on teams larger than the machine: minutes there. The thread sanitizer has them.
SWEEPS='Recurrent.AnyNumberOfThreadsGivesTheSameBits:Recurrent.FloatAgreesWithDoubleOnEveryIsa'
# An interpreter without the sanitizers' runtime cannot load a library that has it; Open MPI keeps memory of its own.
FOREIGN_HOSTS='^(capi_ctypes|mpi_journeys)'

begun=$(date +%s)
say() { printf '\n== %s (after %s s)\n' "$*" "$(($(date +%s) - begun))"; }

# check PRESET [ctest argument...]
check() {
  preset=$1
  shift
  cmake --preset "$preset" $launcher >/dev/null
  cmake --build --preset "$preset" -j "$JOBS"
  ctest --preset "$preset" -j "$JOBS" "$@"
}

# check_without PATTERNS PRESET [ctest argument...]: leaves out tests of GoogleTest, which such a preset runs by program.
check_without() {
  (
    export GTEST_FILTER="-$1"
    shift
    check "$@"
  )
}

# within_reach COMMAND...: runs it. Where it ends with 3, something that it needs cannot be had here: false, and said aloud.
within_reach() {
  status=0
  "$@" || status=$?
  case $status in
    0) return 0 ;;
    3) echo "skipped, for want of what is named above: $*" ;;
    *) exit "$status" ;;
  esac
  return 1
}

say "static checks"
tools/check_layers
tools/check_names
tools/check_format
tools/check_markdown
tools/check_headers

say "tests (dev)"
python=no
if within_reach sh tools/python.sh --configure; then python=yes; fi
check dev

say "Python module; beside it the library installed into an empty prefix, and hosts of it"
(python3 tests/install/test_install.py build/dev && python3 tests/install/test_release.py) >build/install.log 2>&1 &
installed=$!
if [ "$python" = yes ]; then sh tools/python.sh --test; fi
wait "$installed" || {
  cat build/install.log
  exit 1
}
tail -n 3 build/install.log

tidy() { xargs -I{} -P "$JOBS" clang-tidy --quiet {} -- -std=c++20 -I. 2>/dev/null; }
say "clang-tidy, eight sources at a time as they were built"
# Those of the last configuration: a folder that was built before keeps batches of sources that are gone.
{ grep -o '"file": "[^"]*/dev/\(cli/\)\{0,1\}CMakeFiles/[^"]*/Unity/[^"]*"' build/dev/compile_commands.json | cut -d'"' -f4; git ls-files 'recurra/kernels/*.cc' 'recurra/simd/*.cc'; } | tidy

# What the lesson leaves of the processors goes to the longest build.
cmake --preset asan-ubsan $launcher >/dev/null
nice -n 19 cmake --build --preset asan-ubsan -j "$JOBS" >build/asan-ubsan.log 2>&1 &
behind=$!
trap 'kill "$behind" 2>/dev/null || true' EXIT

say "lesson"
export RECURRA="$PWD/build/dev/cli/recurra"
lesson=no
if within_reach sh tools/lesson.sh --check; then
  lesson=yes
  npm run --silent --prefix lesson test:browser
  say "the npm package, in Node and in a page"
  node --test tests/npm/package.test.mjs
fi

say "fast tests (asan-ubsan)"
wait "$behind" || {
  tail -n 40 build/asan-ubsan.log
  exit 1
}
trap - EXIT
check_without "$LONG:$SWEEPS" asan-ubsan --exclude-regex "$TRAINING_JOURNEYS|$FOREIGN_HOSTS"

if [ "$all" = yes ]; then
  if [ "$python" = yes ]; then
    say "the wheel, from the source archive, in a fresh environment"
    sh tools/python.sh --wheel
    say "one model a group of series, on Ray and on Dask"
    within_reach sh tools/python.sh --clusters || true
  fi
  say "a host that links Highway in"
  python3 tests/install/test_static.py build/dev
  say "trainings on hosts that are network namespaces"
  within_reach python3 tests/cli/test_hosts.py build/dev/cli/recurra || true
  say "clang-tidy, each source alone, which needs its own includes"
  git ls-files 'recurra/*.cc' 'cli/*.cc' | tidy
  if [ "$lesson" = yes ]; then
    say "slow tests of the lesson"
    npm run --silent --prefix lesson test:browser:slow
  fi
  say "the net of forecast now, trained for five minutes, beats seasonal-naive"
  sh run pretrain --minutes 5 --out build/pretrained.safetensors --must-beat-naive
  say "fast tests (tsan)"
  check_without "$LONG" tsan --exclude-regex "$FOREIGN_HOSTS"
  say "fast tests (scalar)"
  check_without "$LONG" scalar
  say "from base to nn on 64-bit ARM, in an emulator"
  cmake --preset aarch64 $launcher >/dev/null
  folders="base simd kernels tensor ops autograd nn"
  # shellcheck disable=SC2086  # the list is split on purpose
  cmake --build --preset aarch64 -j "$JOBS" --target $(printf 'recurra_%s_test ' $folders)
  # The emulator needs more memory than the limit that the excluded test sets.
  GTEST_FILTER="-$LONG:*NoMemoryForMoreStacks*" ctest --preset aarch64 -j "$JOBS" -L "^($(echo $folders | tr ' ' '|'))\$"
  say "the Debian packages, in a clean Debian"
  cmake --preset package $launcher >/dev/null
  cmake --build --preset package -j "$JOBS"
  (cd build/package && cpack -G DEB >/dev/null)
  within_reach sh tests/install/clean_root.sh build/package/packages || true
  say "fuzzing, 15 s a parser"
  cmake --preset fuzz $launcher >/dev/null
  cmake --build --preset fuzz -j "$JOBS"
  for source in fuzz/*_fuzz.cc; do
    target=$(basename "$source" _fuzz.cc)
    mkdir -p "build/fuzz/corpus/$target"
    "build/fuzz/fuzz/${target}_fuzz" -max_total_time=15 -rss_limit_mb=2048 -artifact_prefix="build/fuzz/$target-" "build/fuzz/corpus/$target" "fuzz/seeds/$target"
  done
fi

say "all passed"
