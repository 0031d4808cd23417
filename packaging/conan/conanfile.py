# SPDX-License-Identifier: Apache-2.0
"""A Conan recipe of a checkout: conan create packaging/conan."""
import os
import pathlib
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy


class Recurra(ConanFile):
    name = "recurra"
    license = "Apache-2.0"
    description = "An engine for recurrent sequence models"
    package_type = "static-library"
    settings = "os", "compiler", "build_type", "arch"
    requires = "highway/1.0.3", "nlohmann_json/3.11.2", "fmt/9.1.0", "fast_float/3.9.0", "date/3.0.1"

    default_options = {"date/*:use_system_tz_db": True}

    @property
    def _root(self):
        return pathlib.Path(self.recipe_folder).parent.parent

    def set_version(self):
        header = (self._root / "recurra/base/version.h").read_text()
        self.version = ".".join(re.search(rf"_{part} (\d+)", header)[1] for part in ("MAJOR", "MINOR", "PATCH"))

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "README.md", "CHANGELOG.md", "cmake/*", "recurra/*", "docs/*", "examples/*", "packaging/NOTICES"):
            copy(self, pattern, self._root, self.export_sources_folder)

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        for option in ("TESTS", "CLI", "EXAMPLES"):
            toolchain.cache_variables[f"RECURRA_BUILD_{option}"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install(component="dev")

    def package_info(self):
        self.cpp_info.set_property("cmake_find_mode", "none")  # the package brings its own
        self.cpp_info.builddirs = ["lib/cmake/recurra"]
