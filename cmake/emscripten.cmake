# SPDX-License-Identifier: Apache-2.0
# WebAssembly has no packages, so it takes the headers of the system's: four header-only libraries, linked into one folder of
# their own, because the rest of /usr/include belongs to another machine. Highway then serves one instruction set.
set(headers ${CMAKE_BINARY_DIR}/system-headers)
file(MAKE_DIRECTORY ${headers})
foreach(library hwy nlohmann fmt fast_float)
  if(NOT EXISTS /usr/include/${library})
    message(FATAL_ERROR "the wasm preset needs the headers /usr/include/${library}; see docs/dependencies.md")
  endif()
  file(CREATE_LINK /usr/include/${library} ${headers}/${library} SYMBOLIC)
endforeach()

foreach(target hwy::hwy nlohmann_json::nlohmann_json fmt::fmt-header-only FastFloat::fast_float)
  add_library(${target} INTERFACE IMPORTED)
  target_include_directories(${target} SYSTEM INTERFACE ${headers})
endforeach()
target_compile_definitions(hwy::hwy INTERFACE HWY_COMPILE_ONLY_STATIC)
target_compile_definitions(fmt::fmt-header-only INTERFACE FMT_HEADER_ONLY)

add_library(date::date-tz INTERFACE IMPORTED)  # a page has no time zone database

add_compile_options(-fwasm-exceptions -msimd128)
add_link_options(-fwasm-exceptions)
