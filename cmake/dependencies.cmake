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
  if(NOT RECURRA_FETCH_DEPENDENCIES STREQUAL "ALL" AND NOT name IN_LIST RECURRA_FETCH_DEPENDENCIES)
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
  set(BUILD_TZ_LIB ON)  # of date; it reads the time zones of the system
  set(USE_SYSTEM_TZ_DB ON)
  set(HWY_ENABLE_INSTALL OFF)  # cmake/install.cmake does that
  set(JSON_Install ${RECURRA_INSTALL})  # what an installed Recurra asks for
  include(FetchContent)
  FetchContent_Declare(${name} GIT_REPOSITORY ${repository} GIT_TAG ${tag} GIT_SHALLOW ON)
  FetchContent_MakeAvailable(${name})
  if(NOT TARGET ${target})  # Highway names its own only once it is installed
    add_library(${target} ALIAS ${name})
  endif()
endfunction()

# Boost's headers alone: Asio and Beast. Its repository is hundreds of others, so its release archive is fetched.
function(recurra_boost)
  if(TARGET Boost::headers)
    return()
  endif()
  if(NOT RECURRA_FETCH_DEPENDENCIES STREQUAL "ALL" AND NOT "boost" IN_LIST RECURRA_FETCH_DEPENDENCIES)
    find_package(Boost 1.74 QUIET)
    if(Boost_FOUND)
      return()
    elseif(NOT RECURRA_FETCH_DEPENDENCIES)
      message(FATAL_ERROR "recurra needs the headers of Boost 1.74, which are not installed (Debian's package libboost1.81-dev). "
        "Install them, or let -DRECURRA_FETCH_DEPENDENCIES=MISSING fetch them, or leave the command out by -DRECURRA_BUILD_CLI=OFF")
    endif()
  endif()
  set(archive https://github.com/boostorg/boost/releases/download/boost-1.84.0/boost-1.84.0.tar.xz)
  message(STATUS "recurra: taking the headers of Boost from ${archive}")
  include(FetchContent)
  FetchContent_Declare(boost URL ${archive} SOURCE_SUBDIR none)  # unpacked, not built
  FetchContent_MakeAvailable(boost)
  file(GLOB headers LIST_DIRECTORIES ON ${boost_SOURCE_DIR}/libs/*/include ${boost_SOURCE_DIR}/libs/numeric/*/include)
  add_library(Boost::headers INTERFACE IMPORTED GLOBAL)
  target_include_directories(Boost::headers INTERFACE ${headers})
endfunction()

recurra_dependency(hwy 1.0.3 libhwy-dev hwy::hwy https://github.com/google/highway 1.0.3)
recurra_dependency(nlohmann_json 3.11 nlohmann-json3-dev nlohmann_json::nlohmann_json https://github.com/nlohmann/json v3.11.2)
recurra_dependency(fmt 9 libfmt-dev fmt::fmt-header-only https://github.com/fmtlib/fmt 9.1.0)
recurra_dependency(FastFloat "" libfast-float-dev FastFloat::fast_float https://github.com/fastfloat/fast_float v3.9.0)
recurra_dependency(date 3.0 libhowardhinnant-date-dev date::date-tz https://github.com/HowardHinnant/date v3.0.1)
if(RECURRA_BUILD_CLI)
  recurra_dependency(CLI11 2.1 libcli11-dev CLI11::CLI11 https://github.com/CLIUtils/CLI11 v2.1.2)
  recurra_boost()
endif()
