# SPDX-License-Identifier: Apache-2.0
# The libraries that Recurra is built with: those of the system, or as RECURRA_FETCH_DEPENDENCIES says those of their projects.
find_package(Threads REQUIRED)
if(EMSCRIPTEN)
  include(${CMAKE_CURRENT_LIST_DIR}/emscripten.cmake)
  return()
endif()

if(WIN32)
  message(FATAL_ERROR "recurra does not support Windows: it uses the files, signals and processes of POSIX. "
    "Build it in the Windows Subsystem for Linux.")
endif()

# recurra_dependency(NAME VERSION PACKAGE TARGET REPOSITORY TAG): the CMake package NAME; where it is not installed, the tag of
# its repository. VERSION "" takes any; PACKAGE is what Debian calls it. A host may have TARGET already.
function(recurra_dependency name version package target repository tag)
  if(TARGET ${target})
    return()
  endif()
  if(NOT RECURRA_FETCH_DEPENDENCIES STREQUAL "ALL")
    find_package(${name} ${version} QUIET)
    if(${name}_FOUND)
      return()
    elseif(NOT RECURRA_FETCH_DEPENDENCIES)  # "OFF"
      message(FATAL_ERROR "recurra needs ${name} ${version}, which is not installed (Debian's package ${package}). Install it, "
        "or let -DRECURRA_FETCH_DEPENDENCIES=MISSING fetch ${tag} of ${repository}")
    endif()
  endif()
  message(STATUS "recurra: building ${name}, ${tag} of ${repository}")
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)  # the options below are plain variables
  set(BUILD_SHARED_LIBS OFF)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  set(BUILD_TESTING OFF)
  set(HWY_ENABLE_CONTRIB OFF)
  set(HWY_ENABLE_EXAMPLES OFF)
  set(HWY_ENABLE_TESTS OFF)
  foreach(install HWY_ENABLE_INSTALL JSON_Install)  # what an installed Recurra asks for
    set(${install} ${RECURRA_INSTALL})
  endforeach()
  include(FetchContent)
  FetchContent_Declare(${name} GIT_REPOSITORY ${repository} GIT_TAG ${tag} GIT_SHALLOW ON)
  FetchContent_MakeAvailable(${name})
  if(NOT TARGET ${target})  # Highway names its own only once it is installed
    add_library(${target} ALIAS ${name})
  endif()
endfunction()

recurra_dependency(hwy 1.0.3 libhwy-dev hwy::hwy https://github.com/google/highway 1.0.3)
recurra_dependency(nlohmann_json 3.11 nlohmann-json3-dev nlohmann_json::nlohmann_json https://github.com/nlohmann/json v3.11.2)
recurra_dependency(fmt 9 libfmt-dev fmt::fmt-header-only https://github.com/fmtlib/fmt 9.1.0)
recurra_dependency(FastFloat "" libfast-float-dev FastFloat::fast_float https://github.com/fastfloat/fast_float v3.9.0)
if(RECURRA_BUILD_CLI)
  recurra_dependency(CLI11 2.1 libcli11-dev CLI11::CLI11 https://github.com/CLIUtils/CLI11 v2.1.2)
endif()
