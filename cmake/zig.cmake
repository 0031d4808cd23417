# SPDX-License-Identifier: Apache-2.0
# Builds with the C++ compiler of Zig, which must be in PATH (it is in the package `ziglang` of PyPI). Its programs run on
# every Linux with glibc 2.28 or newer: Zig knows the symbols of each version of glibc, and links its C++ library in.
find_program(RECURRA_ZIG zig REQUIRED)
set(CMAKE_C_COMPILER ${RECURRA_ZIG} cc -target ${CMAKE_HOST_SYSTEM_PROCESSOR}-linux-gnu.2.28)
set(CMAKE_CXX_COMPILER ${RECURRA_ZIG} c++ -target ${CMAKE_HOST_SYSTEM_PROCESSOR}-linux-gnu.2.28)
foreach(kind EXE MODULE SHARED)  # without the symbols for a debugger that Zig adds
  set(CMAKE_${kind}_LINKER_FLAGS_INIT -s)
endforeach()
