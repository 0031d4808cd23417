# SPDX-License-Identifier: Apache-2.0
# Build rules shared by every folder: dependencies, warnings, and the one function that makes a folder a library.

find_package(Threads REQUIRED)
if(EMSCRIPTEN)
  include(${CMAKE_CURRENT_LIST_DIR}/emscripten.cmake)
else()
  find_package(PkgConfig)
  find_package(hwy CONFIG REQUIRED)
  find_package(nlohmann_json 3.11 REQUIRED)
  find_package(fmt 9 REQUIRED)
  find_package(FastFloat REQUIRED)
endif()

add_library(recurra_options INTERFACE)
target_compile_features(recurra_options INTERFACE cxx_std_20)
target_include_directories(recurra_options INTERFACE ${PROJECT_SOURCE_DIR})
# -ffp-contract=off: results do not depend on where the compiler chose to fuse; the kernels ask for FMA by name.
target_compile_options(recurra_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -ffp-contract=off
  $<$<BOOL:${RECURRA_WARNINGS_AS_ERRORS}>:-Werror>)
if(EMSCRIPTEN)  # an Index of 64 bits meets a size_t of 32 there; what does not fit fails to be allocated
  target_compile_options(recurra_options INTERFACE -Wno-shorten-64-to-32)
endif()
target_link_libraries(recurra_options INTERFACE Threads::Threads)

# The module's shared object is linked from what everything else is; hidden symbols keep the code as fast as an executable's.
if(RECURRA_BUILD_PYTHON)
  add_compile_options(-fPIC)  # programs too: what they share with libraries is precompiled once
  set(CMAKE_CXX_VISIBILITY_PRESET hidden)
  set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
endif()

# Time is spent in the kernels: a preset may compile them with RECURRA_HOT_OPTIONS and everything else cheaply; and of a
# WebAssembly module everything else is downloaded more often than it is run.
set(RECURRA_HOT_FOLDERS simd kernels)

# Most of a source's compile time goes into headers: the commonest are precompiled once, and a library's sources are
# compiled in batches of eight. That takes two thirds off a build from nothing. `./run test --all` lints each source alone,
# and so sees a missing include.
# recurra_precompiled(NAME LIBRARY HEADER...) reads headers once; recurra_precompile(TARGET NAME) lets a target use them.
function(recurra_precompiled name library)
  if(NOT EMSCRIPTEN)
    file(WRITE ${CMAKE_BINARY_DIR}/${name}.cc "")
    add_library(${name} STATIC ${CMAKE_BINARY_DIR}/${name}.cc)
    target_link_libraries(${name} PRIVATE recurra_options nlohmann_json::nlohmann_json ${library})
    target_precompile_headers(${name} PRIVATE
      <algorithm> <cmath> <functional> <map> <memory> <optional> <sstream> <string> <vector> <nlohmann/json.hpp> ${ARGN})
  endif()
endfunction()
function(recurra_precompile target name)
  if(NOT EMSCRIPTEN)
    target_precompile_headers(${target} REUSE_FROM ${name})
    # What a compiler cache needs to see through it.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()
recurra_precompiled(recurra_headers recurra_options)

# recurra_unite(TARGET): compiles its sources in batches of at most eight that never cross a folder, so that a new folder
# changes no batch of another. tools/check_names keeps the unnamed namespaces of one folder apart.
function(recurra_unite target)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.cc$")
  list(SORT sources)
  set(folder_before "")
  foreach(source IN LISTS sources)
    get_filename_component(source ${source} ABSOLUTE)
    get_filename_component(folder ${source} DIRECTORY)
    if(NOT folder STREQUAL folder_before)
      set(folder_before ${folder})
      set(count 0)
    endif()
    math(EXPR batch "${count} / 8")
    math(EXPR count "${count} + 1")
    file(RELATIVE_PATH group ${PROJECT_SOURCE_DIR} ${folder})
    string(REPLACE "/" "_" group ${group})
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group}_${batch})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)  # of a source that is included
endfunction()

# recurra_folder(NAME [DEPENDS folder...] [LIBRARIES target...])
# Makes recurra/NAME/**/*.cc the static library recurra_NAME.
function(recurra_folder name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/recurra/${name}/*.cc)
  list(TRANSFORM arg_DEPENDS PREPEND recurra_)
  if(sources)
    add_library(recurra_${name} STATIC ${sources})
    if(name IN_LIST RECURRA_HOT_FOLDERS)
      target_compile_options(recurra_${name} PRIVATE ${RECURRA_HOT_OPTIONS})
    else()
      recurra_precompile(recurra_${name} recurra_headers)
      recurra_unite(recurra_${name})
      if(EMSCRIPTEN)
        target_compile_options(recurra_${name} PRIVATE -Oz)
      endif()
    endif()
    target_link_libraries(recurra_${name} PUBLIC recurra_options ${arg_DEPENDS} ${arg_LIBRARIES})
  else()
    add_library(recurra_${name} INTERFACE)
    target_link_libraries(recurra_${name} INTERFACE recurra_options ${arg_DEPENDS} ${arg_LIBRARIES})
  endif()
endfunction()
