#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Installs a build into an empty prefix and builds and runs hosts of it: python3 test_install.py BUILD_FOLDER.

The host that builds Recurra as a part of itself keeps its objects in BUILD_FOLDER/host, so that a second run is short.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path()
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MOST_BYTES_OF_A_PLAYER = 350_000  # stripped, with a loader of safetensors, one cell in float32; with all it is 1.8 MB
STREAMED = r"recurra \d+\.\d+\.\d+: (-?\d+\.\d{5})\n"
# What the library asks of itself and must not ask of others.
OUR_OWN = re.compile(r"-Wall|-Wconversion|-Werror|-ffp-contract|-fvisibility|-fPIC|-ffunction-sections|-DHWY")


def run(*command, **options):
    """Standard output; what went wrong otherwise."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def net_of_zeros(folder, name, gates):
    """A file in a folder with a layer of 4 units over one input."""
    rows, header, end = 4 * gates, {}, 0
    for weight, shape in {"weight_ih_l0": [rows, 1], "weight_hh_l0": [rows, 4]}.items():
        begin, end = end, end + 4 * shape[0] * shape[1]
        header[weight] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    path = folder / f"{name}.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(end))
    return path


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.prefix = cls.folder / "prefix"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix, "--component", "dev")

    def package(self, name, *arguments, program="stream"):
        """Builds the host of tests/install/package; returns what its program prints."""
        build = self.folder / name
        run("cmake", "-G", "Ninja", "-S", HERE / "package", "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
            "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *arguments)
        run("cmake", "--build", build)
        self.commands = [entry["command"] for entry in json.loads((build / "compile_commands.json").read_text())]
        return run(build / program, *([self.folder / "net.safetensors"] if program == "forecast" else []))

    def test_headers_include_nothing_that_is_not_installed(self):
        include = self.prefix / "include"
        asked = {found for header in include.rglob("*.h") for found in re.findall(r'#include "(.*)"', header.read_text())}
        self.assertEqual([], sorted(name for name in asked if not (include / name).exists()))

    def test_a_package_of_the_nets_alone(self):
        self.assertRegex(self.package("stream-only", "-DSTREAM_ONLY=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON"), STREAMED)

    def test_a_package_of_all(self):
        said = self.package("all", program="forecast")
        self.assertIn("4 tensors\n", said)
        self.assertIn("net.safetensors", said.splitlines()[1])
        self.assertRegex(run(self.folder / "all" / "player", self.folder / "net.safetensors"), r"3 to 4: -?0\.\d{5}\n")

    def test_hosts_get_an_include_folder_and_the_language_and_nothing_else(self):
        self.package("options")
        for command in self.commands:
            self.assertNotRegex(command, OUR_OWN)
            self.assertEqual(1, command.count(str(self.prefix / "include")), command)

    def test_a_host_without_exceptions_that_sees_every_warning(self):
        options = "-fno-exceptions;-fno-rtti;-Wall;-Wextra;-Wconversion;-Werror"
        self.assertRegex(self.package("no-exceptions", "-DSTREAM_ONLY=ON", f"-DSTREAM_OPTIONS={options}"), STREAMED)

    def test_a_host_of_clang(self):
        clang = shutil.which("clang++") or shutil.which("clang++-14")
        if not clang:
            self.skipTest("clang++ is not installed (Debian's package clang-14)")
        self.assertRegex(self.package("clang", "-DSTREAM_ONLY=ON", f"-DCMAKE_CXX_COMPILER={clang}"), STREAMED)

    def test_an_older_version_is_no_substitute_for_a_newer_one(self):
        with self.assertRaisesRegex(AssertionError, "version"):
            self.package("newer", "-DSTREAM_ONLY=ON", "-DWANTED=99.0")

    def test_pkg_config_and_a_makefile(self):
        out = self.folder / "makefile"
        out.mkdir()
        libraries = next(self.prefix.glob("**/pkgconfig"))
        run("make", "-C", HERE / "makefile", f"OUT={out}", env={**os.environ, "PKG_CONFIG_PATH": str(libraries)})
        self.assertRegex(run(out / "stream"), STREAMED)
        self.assertIn("4 tensors", run(out / "forecast", self.folder / "made.safetensors"))

    def test_the_command_finds_its_library_for_open_mpi(self):
        if not shutil.which("mpirun") or not (BUILD / "cli" / "librecurra_mpi.so").exists():
            self.skipTest("Open MPI is not installed, or this recurra was built without it")
        for component in ("command", "mpi"):
            run("cmake", "--install", BUILD, "--prefix", self.prefix, "--component", component)
        (self.folder / "t.txt").write_text("the cat sees a dog.\n" * 60)
        train = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "2", self.prefix / "bin" / "recurra",
                 "lm", "train", "t.txt", "--chunk", "16", "--epochs", "1", "--hidden", "4", "--threads", "1", "--out", "m", "--shards", "2"]
        run(*train, cwd=self.folder)
        self.assertTrue((self.folder / "m").exists())
        (self.prefix / "lib" / "recurra" / "librecurra_mpi.so").unlink()
        with self.assertRaisesRegex(AssertionError, "there is no librecurra_mpi.so beside this recurra"):
            run(*train, cwd=self.folder)

    def test_a_part_of_a_host(self):
        build = BUILD / "host"
        said = run("cmake", "-G", "Ninja", "-S", HERE / "subproject", "-B", build, f"-DRECURRA={ROOT}",
                   "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", "-DRECURRA_STREAM_CELLS=gru", "-DRECURRA_STREAM_WEIGHTS=f32", "-DRECURRA_STREAM_ACTIVATIONS=precise",
                   *(["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []))
        self.assertIn("CMAKE_BUILD_TYPE is not set; Recurra is built as Release", said)
        run("cmake", "--build", build, "--target", "stream", "player")
        self.assertRegex(run(build / "stream"), STREAMED)
        self.assertLess((build / "player").stat().st_size, MOST_BYTES_OF_A_PLAYER)
        self.assertEqual(run(build / "player", net_of_zeros(self.folder, "gru", gates=3)), "1 to 4: 0.00000\n")
        with self.assertRaisesRegex(AssertionError, "this build leaves out the LSTM, or this form of it or such weights"):
            run(build / "player", net_of_zeros(self.folder, "lstm", gates=4))
        commands = {entry["file"]: entry["command"] for entry in json.loads((build / "compile_commands.json").read_text())}
        for host in ("stream.cc", "player.cc"):
            command = commands.pop(str(HERE / host))
            self.assertNotRegex(command, OUR_OWN)
            self.assertNotIn(f"-I{ROOT} ", command + " ")
        self.assertFalse([file for file in commands if "/cli/" in file or "/tests/" in file or "/bench/" in file])
        for file, command in commands.items():
            self.assertIn("-O3", command, file)
            self.assertIn("-ffp-contract=off", command, file)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
