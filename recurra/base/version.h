// SPDX-License-Identifier: Apache-2.0
// The version of the library, defined here only: CMake and the Python package read it from this file. Numbers are for
// the preprocessor, the text is for people; docs/versions.md says what a change of each number promises. Example:
//
//   static_assert(RECURRA_VERSION_MAJOR == 0);
//   const std::string text = recurra::kVersion;
#pragma once

#define RECURRA_VERSION_MAJOR 0
#define RECURRA_VERSION_MINOR 2
#define RECURRA_VERSION_PATCH 0

#define RECURRA_VERSION_TEXT_OF(major, minor, patch) #major "." #minor "." #patch
#define RECURRA_VERSION_TEXT(major, minor, patch) RECURRA_VERSION_TEXT_OF(major, minor, patch)

namespace recurra {

/// For example "1.2.3".
inline constexpr const char* kVersion =
    RECURRA_VERSION_TEXT(RECURRA_VERSION_MAJOR, RECURRA_VERSION_MINOR, RECURRA_VERSION_PATCH);

}  // namespace recurra

#undef RECURRA_VERSION_TEXT
#undef RECURRA_VERSION_TEXT_OF
