# SPDX-License-Identifier: Apache-2.0
# Build rules shared by every folder: build type, options of our own sources, and the one function that makes a folder a library.

# Unoptimised kernels are some sixty times slower, so a build that says nothing is an optimised one; a debug build is told.
get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT multi_config)
  if(NOT CMAKE_BUILD_TYPE)
    message(NOTICE "recurra: CMAKE_BUILD_TYPE is not set; Recurra is built as Release")
    set(CMAKE_BUILD_TYPE Release)
  elseif(CMAKE_BUILD_TYPE STREQUAL "Debug")
    message(NOTICE "recurra: CMAKE_BUILD_TYPE is Debug; its kernels are about 60 times slower than those of Release")
  endif()
endif()

# What follows holds for every source of this tree, and reaches no program that links the library.
# -ffp-contract=off: results do not depend on where the compiler chose to fuse; the kernels ask for FMA by name.
set(CMAKE_CXX_STANDARD 20)
include_directories(${PROJECT_SOURCE_DIR})
add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -ffp-contract=off)
if(RECURRA_WARNINGS_AS_ERRORS)
  add_compile_options(-Werror)
endif()
if(EMSCRIPTEN)  # an Index of 64 bits meets a size_t of 32 there; what does not fit fails to be allocated
  add_compile_options(-Wno-shorten-64-to-32)
else()
  # A program may be a plug-in, and the Python module is one; hidden symbols keep such code as fast as an executable's.
  # -fPIC for programs too: what they share with libraries is precompiled once. A linker drops the functions that none calls.
  add_compile_options(-fPIC -ffunction-sections -fdata-sections)
  if(NOT APPLE)
    add_link_options(-Wl,--gc-sections)
  endif()
  set(CMAKE_CXX_VISIBILITY_PRESET hidden)
  set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
endif()

# Programs in this tree include a header by its path in it; others see a folder that holds recurra/ and nothing else.
set(RECURRA_PUBLIC_HEADERS ${PROJECT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${RECURRA_PUBLIC_HEADERS})
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/recurra ${RECURRA_PUBLIC_HEADERS}/recurra SYMBOLIC)

# Time is spent in the kernels: a preset may compile them with RECURRA_HOT_OPTIONS and everything else cheaply; and of a
# WebAssembly module everything else is downloaded more often than it is run.
set(RECURRA_HOT_FOLDERS simd kernels)

# Most of a source's compile time goes into headers: the commonest are precompiled once, and a library's sources are
# compiled in batches of eight. That takes two thirds off a build from nothing. `./run test --all` lints each source alone,
# and so sees a missing include.
# recurra_precompiled(NAME [LIBRARY HEADER...]) reads headers once; recurra_precompile(TARGET NAME) lets a target use them.
function(recurra_precompiled name)
  if(NOT EMSCRIPTEN)
    file(WRITE ${CMAKE_BINARY_DIR}/${name}.cc "")
    add_library(${name} STATIC ${CMAKE_BINARY_DIR}/${name}.cc)
    set(headers ${ARGN})
    list(POP_FRONT headers library)
    target_link_libraries(${name} PRIVATE nlohmann_json::nlohmann_json ${library})
    target_precompile_headers(${name} PRIVATE
      <algorithm> <cmath> <functional> <map> <memory> <optional> <sstream> <string> <vector> <nlohmann/json.hpp> ${headers})
  endif()
endfunction()
function(recurra_precompile target name)
  if(NOT EMSCRIPTEN)
    target_precompile_headers(${target} REUSE_FROM ${name})
    # What a compiler cache needs to see through it.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()
recurra_precompiled(recurra_headers)

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

# recurra_folder(NAME [SOURCES source...] [DEPENDS folder...] [LIBRARIES target...] [INTERNAL target...])
# Makes recurra/NAME/**/*.cc, or the sources that are given, the static library recurra_NAME, or recurra::NAME. LIBRARIES are
# those that its headers include, INTERNAL those that only its sources do.
function(recurra_folder name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LIBRARIES;INTERNAL" ${ARGN})
  if(arg_SOURCES)
    set(sources ${arg_SOURCES})
    list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/)
  else()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/recurra/${name}/*.cc)
    set(elsewhere ${RECURRA_STREAM_SOURCES})
    list(TRANSFORM elsewhere PREPEND ${PROJECT_SOURCE_DIR}/)
    list(REMOVE_ITEM sources ${elsewhere})
  endif()
  list(TRANSFORM arg_DEPENDS PREPEND recurra_)
  set(access PUBLIC)
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
    foreach(library IN LISTS arg_INTERNAL)
      get_target_property(type ${library} TYPE)
      if(type STREQUAL "INTERFACE_LIBRARY")  # headers alone: an installed Recurra needs it no more
        target_link_libraries(recurra_${name} PRIVATE $<BUILD_INTERFACE:${library}>)
      else()
        target_link_libraries(recurra_${name} PRIVATE ${library})
      endif()
    endforeach()
  else()
    add_library(recurra_${name} INTERFACE)
    set(access INTERFACE)
  endif()
  target_compile_features(recurra_${name} ${access} cxx_std_20)
  target_include_directories(recurra_${name} INTERFACE $<BUILD_INTERFACE:${RECURRA_PUBLIC_HEADERS}>)
  target_link_libraries(recurra_${name} ${access} ${arg_DEPENDS} ${arg_LIBRARIES})
  set_target_properties(recurra_${name} PROPERTIES EXPORT_NAME ${name})
  add_library(recurra::${name} ALIAS recurra_${name})
endfunction()

# recurra_embed(FOLDER FILE HEADER FUNCTION): the bytes of a file of the tree, of numbers of 16 bits, as a function of a
# folder's library.
function(recurra_embed folder file header function)
  set(source ${PROJECT_BINARY_DIR}/${function}.cc)
  add_custom_command(OUTPUT ${source} DEPENDS ${PROJECT_SOURCE_DIR}/${file} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    COMMAND ${CMAKE_COMMAND} -DFROM=${PROJECT_SOURCE_DIR}/${file} -DTO=${source} -DHEADER=${header} -DFUNCTION=${function}
      -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
  target_sources(recurra_${folder} PRIVATE ${source})
endfunction()
