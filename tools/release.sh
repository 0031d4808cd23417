#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A release, step by step; each step says what comes next.
#   tools/release.sh cut VERSION   sets the version, closes the changelog's Unreleased section, and commits
#   tools/release.sh notes         prints the tag's text: the version, and the changelog's section of it
#   tools/release.sh artifacts     makes the source archive, Debian packages, archives, SBOM and SHA-256 sums in
#                                  build/release-artifacts; RECURRA_CMAKE_ARGS=-DRECURRA_FETCH_DEPENDENCIES=hwy links Highway in
set -eu
cd "$(dirname "$0")/.."

fail() {
  echo "release: $*" >&2
  exit 1
}

number() { sed -n "s/^#define RECURRA_VERSION_$1 //p" recurra/base/version.h; }
current() { echo "$(number MAJOR).$(number MINOR).$(number PATCH)"; }

# section VERSION: the lines of the changelog below its heading.
section() { awk -v heading="## $1" 'index($0, "## ") == 1 { inside = index($0, heading) == 1; next } inside' CHANGELOG.md; }

cut_release() {
  version=$1
  echo "$version" | grep -Eqx '[0-9]+\.[0-9]+\.[0-9]+' || fail "expected a version such as 0.2.0, found '$version'"
  [ "$(printf '%s\n%s\n' "$(current)" "$version" | sort -V | tail -n 1)" = "$version" ] && [ "$(current)" != "$version" ] ||
    fail "$version is not newer than $(current)"
  [ -z "$(git status --porcelain)" ] || fail "the checkout has changes; commit them first"
  section Unreleased | grep -q '^- ' || fail "CHANGELOG.md: Unreleased is empty"
  echo "$version" | tr . ' ' | {
    read -r major minor patch
    sed -i "s/^\(#define RECURRA_VERSION_MAJOR\) .*/\1 $major/; s/^\(#define RECURRA_VERSION_MINOR\) .*/\1 $minor/; s/^\(#define RECURRA_VERSION_PATCH\) .*/\1 $patch/" \
      recurra/base/version.h
  }
  sed -i "s/^\(  \"version\": \).*/\1\"$version\",/" packaging/vcpkg/vcpkg.json
  today=$(date -u +%Y-%m-%d)
  sed -i "s/^\(version: \).*/\1$version/; s/^\(date-released: \).*/\1$today/" CITATION.cff
  sed -i "s/^## Unreleased$/## Unreleased\n\n## $version - $today/" CHANGELOG.md
  git commit --quiet --message "Release $version" recurra/base/version.h packaging/vcpkg/vcpkg.json CITATION.cff CHANGELOG.md
  cat <<END
release: committed version $version. What is left:
  1. ./run test --all
  2. sh tools/release.sh artifacts, and try what lies in build/release-artifacts
  3. sh tools/release.sh notes | git tag --annotate v$version --cleanup=whitespace --file -
  4. push the branch and the tag; the workflow "release" makes a draft with all wheels
  5. read the draft and publish it, then the wheels and the npm package
END
}

artifacts() {
  out=$PWD/build/release-artifacts
  jobs=$(nproc 2>/dev/null || echo 2)
  rm -rf "$out"
  mkdir -p "$out"
  python3 -m venv build/release-venv
  build/release-venv/bin/pip install --quiet --disable-pip-version-check build
  build/release-venv/bin/python -m build --sdist --outdir "$out" .
  # shellcheck disable=SC2086  # a list of arguments
  cmake --preset package ${RECURRA_CMAKE_ARGS:-} >/dev/null
  cmake --build --preset package -j "$jobs"
  (cd build/package && cpack -G DEB && cpack -G TGZ) >/dev/null
  cp build/package/packages/*.deb build/package/packages/*.tar.gz "$out"
  python3 tools/sbom.py >"$out/recurra-$(current).spdx.json"
  (cd "$out" && sha256sum -- * >SHA256SUMS)
  cat "$out/SHA256SUMS"
}

case "${1:-}" in
  cut) cut_release "${2:-}" ;;
  notes)
    section "$(current)" | grep -q . || fail "CHANGELOG.md has no section of $(current)"
    printf 'Recurra %s\n\n' "$(current)"
    section "$(current)" | sed '/./,$!d'
    ;;
  artifacts) artifacts ;;
  *)
    echo "usage: tools/release.sh cut VERSION | notes | artifacts" >&2
    exit 2
    ;;
esac
