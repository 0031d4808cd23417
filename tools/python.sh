#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Python module. tools/python.sh [--configure|--test|--clusters|--reference|--wheel|--wheels [PYTHON...]]
# Without an argument: builds it and installs it into the virtual environment build/python.
# --configure: makes the dev preset build it, so that the engine is compiled once for both.
# --test: builds it from the objects of the dev preset and runs its tests, mypy and ruff.
# --clusters: builds it so too and runs examples/many_jobs on Ray and on Dask, in an environment of their own.
# --reference: builds it so too and writes docs/reference/python.md.
# --wheel: builds a wheel from the source archive, installs it alone into a fresh environment and runs the tests there.
# --wheels: builds a wheel for each PYTHON (python3.10, python3.11 and python3.12, which serves all later ones too) that runs on
#   every Linux of this architecture with glibc 2.28 or newer, with Zig's compiler, and tests it. CMake fetches the libraries
#   from their projects; RECURRA_CMAKE_ARGS may say where they are instead (-DFETCHCONTENT_SOURCE_DIR_HWY=FOLDER ...).
# Ends with 3 where packages cannot be fetched.
set -eu
cd "$(dirname "$0")/.."

JOBS=$(nproc 2>/dev/null || echo 2)
launcher=""
command -v ccache >/dev/null 2>&1 && launcher="-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"
venv=$PWD/build/python
site=$PWD/build/dev/python/site
ZIG=ziglang==0.17.1
mode=${1:-install}

# environment FOLDER REQUIREMENT...: a virtual environment with these packages; what is there already costs nothing.
environment() {
  folder=$1
  shift
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@" || {
    echo "python: cannot install $*: is the package index in reach?" >&2
    exit 3
  }
}

# logged LOG COMMAND...: what it prints is kept, and shown only if it fails.
logged() {
  log=$1
  shift
  "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
  }
}

# unpack FOLDER: the source archive, made and unpacked into FOLDER/source, as a stranger gets it. All files of an archive have
# one fixed date; here they get the present one, or objects of an earlier source would pass for new. What has not changed since
# the last time keeps its date, so that it is not compiled again.
unpack() {
  rm -rf "$1"/*.whl "$1"/*.tar.gz "$1/plain" "$1/new"
  mkdir -p "$1/new" "$1/plain" "$1/source"
  logged "$1/sdist.log" "$venv/bin/python" -m build --no-isolation --sdist --outdir "$1" .
  tar -xzmf "$1"/recurra-*.tar.gz -C "$1/new" --strip-components 1
  find "$1/new" -type f -printf '%P\n' | while read -r file; do
    ! cmp -s "$1/new/$file" "$1/source/$file" || touch -r "$1/source/$file" "$1/new/$file"
  done
  rm -rf "$1/source"
  mv "$1/new" "$1/source"
}

# wheel: build/wheel/recurra-*.whl, with the environment's own tools. Libraries of this system that others may lack are put
# into it.
wheel() {
  unpack build/wheel
  CMAKE_ARGS=$launcher CMAKE_BUILD_PARALLEL_LEVEL=$JOBS PATH="$venv/bin:$PATH" "$venv/bin/python" -m pip wheel --quiet \
    --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir build/wheel/plain --config-settings build-dir="$PWD/build/wheel/objects" ./build/wheel/source
  PATH="$venv/bin:$PATH" logged build/wheel/repair.log "$venv/bin/python" -m auditwheel repair --wheel-dir build/wheel build/wheel/plain/recurra-*.whl
}

# wheels PYTHON...: a wheel for each in build/wheels. All are made in one build folder by one copy of the build backend, so that
# the engine is compiled once.
wheels() {
  out=$PWD/build/wheels
  environment "$venv" -r python/requirements.txt "$ZIG"
  zig=$("$venv/bin/python" -c 'import pathlib, ziglang; print(pathlib.Path(ziglang.__file__).parent)')
  unpack "$out"
  # shellcheck disable=SC2046  # a list
  "$1" -m pip install --quiet --disable-pip-version-check --upgrade --target "$out/backend" typing-extensions $(grep -E '^(nanobind|scikit-build-core)=' python/requirements.txt)
  for python in "$@"; do
    rm -f "$out/objects/CMakeCache.txt"  # it knows another interpreter
    PYTHONPATH=$out/backend PATH=$zig:$PATH CMAKE_BUILD_PARALLEL_LEVEL=$JOBS \
      CMAKE_ARGS="-DCMAKE_TOOLCHAIN_FILE=$out/source/cmake/zig.cmake ${RECURRA_CMAKE_ARGS:-}" \
      logged "$out/build.log" "$python" -m pip wheel --verbose --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir "$out/plain" \
      --config-settings build-dir="$out/objects" --config-settings cmake.define.RECURRA_FETCH_DEPENDENCIES=ALL "$out/source"
  done
  for plain in "$out"/plain/recurra-*.whl; do
    PATH="$venv/bin:$PATH" logged "$out/repair.log" "$venv/bin/python" -m auditwheel repair --plat "manylinux_2_28_$(uname -m)" --wheel-dir "$out" "$plain"
  done
  PATH=$zig:$PATH logged "$out/build.log" cmake --build "$out/objects" -j "$JOBS" --target recurra_cli
  for python in "$@"; do
    tag=$("$python" -c 'import sys; n = sys.version_info[1]; print("cp312-abi3" if n >= 12 else f"cp3{n}-cp3{n}")')
    echo "python: the wheel $tag, with $("$python" --version)"
    "$venv/bin/python" tests/install/test_wheel.py "$out"/recurra-*-"$tag"-*.whl "$python"
    sh tests/install/older_root.sh "$out/objects/cli/recurra" "$out"/recurra-*-"$tag"-*.whl || [ $? -eq 3 ]
  done
}

# configure: the dev preset with the module.
configure() {
  environment "$venv" -r python/requirements.txt
  cmake --preset dev $launcher -DRECURRA_BUILD_PYTHON=ON -DPython_EXECUTABLE="$venv/bin/python" >/dev/null
}

# dev_build: the module in build/dev/python/site, with what its tests run beside it.
dev_build() {
  configure
  cmake --build --preset dev -j "$JOBS" --target recurra_python recurra_python_stub recurra_twin recurra_cli lstm_forecaster
  cmake --install build/dev --component python --prefix "$site" >/dev/null
}

# check PYTHON: the tests, beside the programs of the dev build.
check() {
  RECURRA=$PWD/build/dev/cli/recurra RECURRA_TWIN=$PWD/build/dev/python/recurra_twin RECURRA_EXAMPLE=$PWD/build/dev/examples/lstm_forecaster \
    PYTHONDONTWRITEBYTECODE=1 "$1" -m pytest python/tests
}

case $mode in
  install)
    environment "$venv" -r python/requirements.txt
    wheel
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps build/wheel/recurra-*.whl
    echo "installed: build/python/bin/python -c 'import recurra'; the wheel is $(ls build/wheel/recurra-*.whl)"
    ;;
  --configure) configure ;;
  --test)
    dev_build
    "$venv/bin/ruff" check --quiet --config pyproject.toml python tools/python_reference.py examples/lstm_forecaster_recurra.py examples/many_jobs
    export MYPYPATH="$site" MYPY_CACHE_DIR=build/python/mypy
    # A forecaster predicts from arrays and returns a Forecast: a signature of its own, on purpose.
    "$venv/bin/mypy" --strict --allow-any-generics --disable-error-code override --no-error-summary -p recurra
    "$venv/bin/mypy" --check-untyped-defs --disable-error-code override --no-error-summary examples/lstm_forecaster_recurra.py
    PYTHONPATH=$site check "$venv/bin/python"
    python3 tools/python_reference.py "$site/recurra/_engine.pyi" --check
    ;;
  --clusters)
    dev_build
    environment build/clusters -r examples/many_jobs/requirements.txt $(grep -E '^(numpy|pytest)=' python/requirements.txt)
    PYTHONPATH=$site PYTHONDONTWRITEBYTECODE=1 build/clusters/bin/python -m pytest python/tests/test_many_jobs.py
    ;;
  --reference)
    dev_build
    python3 tools/python_reference.py "$site/recurra/_engine.pyi"
    ;;
  --wheel)
    environment "$venv" -r python/requirements.txt
    wheel
    clean=$PWD/build/python-clean
    rm -rf "$clean"
    environment "$clean" build/wheel/recurra-*.whl "$(grep pytest python/requirements.txt)"
    check "$clean/bin/python"
    "$venv/bin/python" tests/install/test_wheel.py build/wheel/recurra-*.whl "$venv/bin/python"
    ;;
  --wheels)
    shift
    [ $# -gt 0 ] || set -- python3.10 python3.11 python3.12
    wheels "$@"
    ;;
  *)
    echo "usage: tools/python.sh [--configure|--test|--clusters|--reference|--wheel|--wheels [PYTHON...]]" >&2
    exit 2
    ;;
esac
