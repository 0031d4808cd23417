#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Highway linked in, by a host that builds Recurra as a part of itself and installed: python3 test_static.py BUILD_FOLDER.

CMake fetches Highway from its project; where that cannot be reached the test is skipped.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from test_install import HERE, ROOT, net_of_zeros, run

BUILD = pathlib.Path()
HIGHWAY = "https://github.com/google/highway"


class Static(unittest.TestCase):
    def setUp(self):
        if subprocess.run(["git", "ls-remote", "--exit-code", HIGHWAY, "1.0.3"], capture_output=True, check=False, timeout=60).returncode:
            self.skipTest(f"{HIGHWAY} cannot be reached")

    def test_an_installed_recurra_brings_its_highway(self):
        with tempfile.TemporaryDirectory() as folder:
            build = pathlib.Path(folder)
            run("cmake", "-G", "Ninja", "-S", ROOT, "-B", build, "-DRECURRA_FETCH_DEPENDENCIES=hwy;date", "-DRECURRA_BUILD_TESTS=OFF", "-DRECURRA_BUILD_EXAMPLES=OFF")
            targets = next((build / "CMakeFiles/Export").rglob("recurra-nn-targets.cmake")).read_text()
            self.assertIn("add_library(recurra::hwy STATIC IMPORTED)", targets)
            self.assertNotIn("hwy::hwy", targets)
            self.assertNotIn("find_dependency(hwy", (build / "recurra-config.cmake").read_text())
            self.assertRegex((build / "recurra-nn.pc").read_text(), r"(?m)^Libs: .* -lhwy$")

    def test_a_player_needs_no_library_but_those_of_c_and_cpp(self):
        build = BUILD / "host-static"
        said = run("cmake", "-G", "Ninja", "-S", HERE / "subproject", "-B", build, f"-DRECURRA={ROOT}", "-DCMAKE_BUILD_TYPE=Release",
                   "-DRECURRA_FETCH_DEPENDENCIES=hwy", "-DRECURRA_STREAM_CELLS=gru", "-DRECURRA_STREAM_WEIGHTS=f32",
                   *(["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []))
        self.assertIn(f"recurra: building hwy, 1.0.3 of {HIGHWAY}", said)
        run("cmake", "--build", build, "--target", "player")
        needed = {line.split()[0] for line in run("ldd", build / "player").splitlines() if "=>" in line}
        self.assertEqual(needed, {"libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6"})
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run(build / "player", net_of_zeros(pathlib.Path(folder), "gru", gates=3)), "1 to 4: 0.00000\n")


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
