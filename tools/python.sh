#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Python module. tools/python.sh [--configure|--test|--wheel|--reference]
# Without an argument: builds it and installs it into the virtual environment build/python.
# --configure: makes the dev preset build it, so that the engine is compiled once for both.
# --test: builds it from the objects of the dev preset and runs its tests, mypy and ruff.
# --clusters: builds it so too and runs examples/many_jobs on Ray and on Dask, in an environment of their own.
# --reference: builds it so too and writes docs/reference/python.md.
# --wheel: builds a wheel from the source archive, installs it alone into a fresh environment and runs the tests there.
# Ends with 3 where packages cannot be fetched.
set -eu
cd "$(dirname "$0")/.."

JOBS=$(nproc 2>/dev/null || echo 2)
launcher=""
command -v ccache >/dev/null 2>&1 && launcher="-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"
venv=$PWD/build/python
site=$PWD/build/dev/python/site
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

# wheel: build/wheel/recurra-*.whl, with the environment's own tools, from the source archive as a stranger gets it. Libraries of
# this system that others may lack are put into it.
wheel() {
  source=build/wheel/source
  rm -rf build/wheel/*.whl build/wheel/*.tar.gz build/wheel/plain "$source"
  mkdir -p "$source" build/wheel/plain
  "$venv/bin/python" -m build --no-isolation --sdist --outdir build/wheel . >build/wheel/sdist.log || {
    cat build/wheel/sdist.log >&2
    exit 1
  }
  tar -xzf build/wheel/recurra-*.tar.gz -C "$source" --strip-components 1
  CMAKE_ARGS=$launcher CMAKE_BUILD_PARALLEL_LEVEL=$JOBS PATH="$venv/bin:$PATH" "$venv/bin/python" -m pip wheel --quiet \
    --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir build/wheel/plain --config-settings build-dir="$PWD/build/wheel/objects" "./$source"
  PATH="$venv/bin:$PATH" "$venv/bin/python" -m auditwheel repair --wheel-dir build/wheel build/wheel/plain/recurra-*.whl 2>build/wheel/repair.log >&2 || {
    cat build/wheel/repair.log >&2
    exit 1
  }
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
    python3 tests/install/test_wheel.py build/wheel/recurra-*.whl "$venv/bin/python"
    ;;
  *)
    echo "usage: tools/python.sh [--configure|--test|--clusters|--wheel|--reference]" >&2
    exit 2
    ;;
esac
