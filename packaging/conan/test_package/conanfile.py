# SPDX-License-Identifier: Apache-2.0
"""Builds and runs the hosts of tests/install/package with the package that was made."""
import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain


class Host(ConanFile):
    settings = "os", "compiler", "build_type", "arch"
    generators = "CMakeDeps"

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        root = os.path.join("..", "..", "..")
        self.folders.source = os.path.join(root, "tests", "install", "package")
        self.folders.build = self.folders.generators = os.path.join(root, "build", "conan-host")

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.user_presets_path = False  # nothing is written among the sources
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        self.run(os.path.join(self.build_folder, "stream"))
        self.run(f"{os.path.join(self.build_folder, 'forecast')} {os.path.join(self.build_folder, 'net.safetensors')}")
