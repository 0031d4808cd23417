#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what Recurra is built of as SPDX 2.3: python3 tools/sbom.py > recurra.spdx.json

The C++ libraries and their versions are those of cmake/dependencies.cmake, the packages of the lesson those of its lock file that
end in the page; a licence that this file does not know stops it.
"""
import datetime
import hashlib
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LICENCES = {"hwy": "Apache-2.0 OR BSD-3-Clause", "nlohmann_json": "MIT", "fmt": "MIT", "FastFloat": "Apache-2.0 OR MIT OR BSL-1.0", "date": "MIT", "CLI11": "BSD-3-Clause",
            "boost": "BSL-1.0", "nanobind": "BSD-3-Clause"}
IN_THE_PAGE = re.compile(r"node_modules/(svelte|katex|internmap|d3-[a-z-]+|@fontsource-variable/[a-z0-9-]+)$")


def version():
    header = (ROOT / "recurra/base/version.h").read_text()
    return ".".join(re.search(rf"_{part} (\d+)", header)[1] for part in ("MAJOR", "MINOR", "PATCH"))


def libraries():
    """(name, version, licence) of everything that is linked in."""
    text = (ROOT / "cmake/dependencies.cmake").read_text()
    for name, tag in re.findall(r"^ *recurra_dependency\((\w+) .* v?([\d.]+)\)$", text, re.M):
        yield name, tag, LICENCES[name]
    yield "boost", re.search(r"boost-([\d.]+)\.tar", text)[1], LICENCES["boost"]
    yield "nanobind", re.search(r"nanobind==([\d.]+)", (ROOT / "python/requirements.txt").read_text())[1], LICENCES["nanobind"]
    for path, package in json.loads((ROOT / "lesson/package-lock.json").read_text())["packages"].items():
        if IN_THE_PAGE.match(path):
            yield path.removeprefix("node_modules/"), package["version"], package["license"]


def entry(name, number, licence):
    identity = "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)
    return {"SPDXID": identity, "name": name, "versionInfo": number, "licenseConcluded": licence, "licenseDeclared": licence,
            "copyrightText": "NOASSERTION", "downloadLocation": "NOASSERTION", "filesAnalyzed": False}


def main():
    own = entry("recurra", version(), "Apache-2.0")
    parts = [entry(*library) for library in libraries()]
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": own["SPDXID"]}]
    relations += [{"spdxElementId": own["SPDXID"], "relationshipType": "CONTAINS", "relatedSpdxElement": part["SPDXID"]} for part in parts]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    json.dump({"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"recurra-{version()}",
               "documentNamespace": f"urn:recurra:{version()}:{digest}",
               "creationInfo": {"created": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: tools/sbom.py"]},
               "packages": [own, *parts], "relationships": relations}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
