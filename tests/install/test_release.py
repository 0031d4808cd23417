#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/release.sh in a clone of this checkout, and the SBOM."""
import json
import pathlib
import subprocess
import tarfile
import tempfile
import tomllib
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Release(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.clone = pathlib.Path(temporary.name) / "clone"
        self.git("clone", "--quiet", "--depth", "1", f"file://{ROOT}", self.clone, cwd=ROOT)
        for name in ("tools/release.sh", "CITATION.cff"):
            (self.clone / name).write_bytes((ROOT / name).read_bytes())
        (self.clone / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n### Added\n- A thing.\n\n## 0.0.1 - 2001-01-01\n- Old.\n")
        self.git("-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "--all", "--message", "x")
        self.git("config", "user.name", "n")
        self.git("config", "user.email", "e")

    def git(self, *arguments, cwd=None):
        return subprocess.run(["git", *map(str, arguments)], cwd=cwd or self.clone, check=True, capture_output=True, text=True).stdout

    def release(self, *arguments):
        return subprocess.run(["sh", "tools/release.sh", *arguments], cwd=self.clone, capture_output=True, text=True, check=False)

    def test_cuts_a_version_once_and_forwards_only(self):
        done = self.release("cut", "98.7.6")
        self.assertEqual(done.returncode, 0, done.stderr)
        header = (self.clone / "recurra/base/version.h").read_text()
        for line in ("VERSION_MAJOR 98\n", "VERSION_MINOR 7\n", "VERSION_PATCH 6\n"):
            self.assertIn(line, header)
        self.assertEqual(json.loads((self.clone / "packaging/vcpkg/vcpkg.json").read_text())["version"], "98.7.6")
        self.assertRegex((self.clone / "CHANGELOG.md").read_text(), r"## Unreleased\n\n## 98\.7\.6 - \d{4}-\d\d-\d\d\n### Added\n- A thing\.\n")
        self.assertRegex((self.clone / "CITATION.cff").read_text(), r"\nversion: 98\.7\.6\ndate-released: \d{4}-\d\d-\d\d\n")
        self.assertEqual(self.git("status", "--porcelain"), "")
        command = next(line.partition(". ")[2] for line in done.stdout.splitlines() if "git tag" in line)
        subprocess.run(["sh", "-ec", command], cwd=self.clone, check=True)
        self.assertEqual(self.git("tag", "--list", "--format", "%(contents)").splitlines(), ["Recurra 98.7.6", "", "### Added", "- A thing.", ""])
        for version, message in (("98.7.6", "not newer"), ("98.7.5", "not newer"), ("next", "expected a version"), ("99.0.0", "Unreleased is empty")):
            refused = self.release("cut", version)
            self.assertNotEqual(refused.returncode, 0, version)
            self.assertIn(message, refused.stderr)

    def test_the_source_archive_holds_all_that_cmake_asks_for(self):
        python = ROOT / "build/python/bin/python"
        if not python.exists():
            self.skipTest("build/python is missing: sh tools/python.sh --configure")
        folder = self.clone.parent
        subprocess.run([python, "-m", "build", "--no-isolation", "--sdist", "--outdir", folder, ROOT], check=True, capture_output=True)
        with tarfile.open(next(folder.glob("recurra-*.tar.gz"))) as archive:
            archive.extractall(folder)
        source = next(folder.glob("recurra-*/"))
        self.assertTrue((source / "pyproject.toml").exists())
        defined = tomllib.loads((source / "pyproject.toml").read_text())["tool"]["scikit-build"]["cmake"]["define"]
        defined |= {"RECURRA_BUILD_PYTHON": "OFF"}  # it needs an interpreter with nanobind
        done = subprocess.run(["cmake", "-G", "Ninja", "-S", source, "-B", folder / "objects", *(f"-D{name}={value}" for name, value in defined.items())],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_sbom_names_everything_that_is_linked_in(self):
        said = subprocess.run(["python3", "tools/sbom.py"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        packages = {package["name"]: package for package in json.loads(said)["packages"]}
        self.assertLessEqual({"recurra", "hwy", "nlohmann_json", "fmt", "FastFloat", "date", "CLI11", "boost", "nanobind", "svelte", "katex"}, set(packages))
        for package in packages.values():
            self.assertTrue(package["versionInfo"] and package["licenseDeclared"], package)


if __name__ == "__main__":
    unittest.main()
