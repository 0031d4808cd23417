# SPDX-License-Identifier: Apache-2.0
"""A Conan recipe of a checkout: conan create packaging/conan -s compiler.cppstd=20 --build=missing."""
import os
import pathlib
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, rmdir

# Each library with what it is linked with, as in CMakeLists.txt; a host links recurra::NAME, or recurra::recurra for all.
LIBRARIES = {
    "base": [],
    "simd": ["base", "highway::hwy"],
    "kernels": ["simd"],
    "tensor": ["kernels"],
    "stream": ["tensor"],
    "ops": ["tensor"],
    "autograd": ["ops"],
    "nn": ["autograd", "stream"],
    "optim": ["autograd"],
    "data": ["autograd", "date::date-tz"],
    "io": ["nn", "optim", "data", "nlohmann_json::nlohmann_json"],
    "train": ["io"],
    "report": ["io"],
    "tasks": ["train", "report"],
}


class Recurra(ConanFile):
    name = "recurra"
    license = "Apache-2.0"
    description = "An engine for recurrent sequence models"
    package_type = "static-library"
    settings = "os", "compiler", "build_type", "arch"
    default_options = {"date/*:tz_db": "system", "fmt/*:header_only": True}

    @property
    def _root(self):
        return pathlib.Path(self.recipe_folder).parent.parent

    def set_version(self):
        header = (self._root / "recurra/base/version.h").read_text()
        self.version = ".".join(re.search(rf"_{part} (\d+)", header)[1] for part in ("MAJOR", "MINOR", "PATCH"))

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "README.md", "CHANGELOG.md", "cmake/*", "recurra/*", "capi/*", "docs/*", "examples/*", "packaging/NOTICES"):
            copy(self, pattern, self._root, self.export_sources_folder)

    def requirements(self):
        self.requires("highway/1.0.7")
        self.requires("nlohmann_json/3.11.2", transitive_headers=True)
        self.requires("date/3.0.5")
        for headers in ("fmt/9.1.0", "fast_float/6.1.0"):  # no header of ours includes them
            self.requires(headers, visible=False)

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        deps = CMakeDeps(self)
        deps.set_property("highway", "cmake_file_name", "hwy")  # as Highway names its own
        deps.set_property("highway::hwy", "cmake_target_name", "hwy::hwy")
        deps.generate()
        toolchain = CMakeToolchain(self)
        for option in ("TESTS", "CLI", "EXAMPLES"):
            toolchain.cache_variables[f"RECURRA_BUILD_{option}"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        for name in ("LICENSE", "packaging/NOTICES"):
            copy(self, name, self.source_folder, os.path.join(self.package_folder, "licenses"), keep_path=False)
        CMake(self).install(component="dev")
        for folder in ("cmake", "pkgconfig"):  # Conan makes them for each host
            rmdir(self, os.path.join(self.package_folder, "lib", folder))

    def package_info(self):
        for name, requires in LIBRARIES.items():
            component = self.cpp_info.components[name]
            component.libs = [f"recurra_{name}"]
            component.requires = requires
            component.set_property("cmake_target_name", f"recurra::{name}")
            if self.settings.os in ("Linux", "FreeBSD"):
                component.system_libs = ["m", "pthread"]
        everything = self.cpp_info.components["recurra"]
        everything.requires = ["tasks"]
        everything.set_property("cmake_target_name", "recurra::recurra")
