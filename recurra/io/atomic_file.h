// SPDX-License-Identifier: Apache-2.0
// Whole files: read up to a size limit, and written so that a crash or a full disk leaves either the old file or the
// new one, never a part of it. Example:
//
//   auto copy = [](const std::string& from, const std::string& to) {
//     recurra::write_file_atomically(to, recurra::read_file(from, 1 << 20));
//   };
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace recurra {

/// Writes a temporary file beside `path`, syncs it, and renames it to `path`; a symbolic link is followed, even if its
/// target does not exist yet; a device or pipe is written directly. Temporary files of this name left by killed
/// processes are removed. Errors: IoError with the system's reason, also if the old file is write-protected; the old
/// file is then untouched and nothing else is left behind.
void write_file_atomically(const std::string& path, std::string_view bytes);

/// Does what write_file_atomically does except for the content: makes the temporary file and removes it, as well as
/// those left by killed processes. Call it before long work that ends in a write. Errors: IoError as there.
void check_can_write(const std::string& path);

/// The file that a write to `path` makes or replaces: absolute, with all symbolic links followed.
/// Errors: IoError for a loop of links.
std::string written_path(const std::string& path);

/// Errors: IoError if it cannot be read; FormatError if it is longer than max_bytes.
std::string read_file(const std::string& path, std::uint64_t max_bytes);

}  // namespace recurra
