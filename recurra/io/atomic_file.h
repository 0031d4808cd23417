// SPDX-License-Identifier: Apache-2.0
// Whole files: read within a bound, and written so that a crash or a full disk leaves the old file or the new one,
// never half of one. Example:
//
//   auto copy = [](const std::string& from, const std::string& to) {
//     recurra::write_file_atomically(to, recurra::read_file(from, 1 << 20));
//   };
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace recurra {

/// Writes a temporary file beside `path`, syncs it, and renames it over; a symbolic link is followed, also to what is
/// not there yet; a device or pipe is written to as it is. Temporary files of this name that a killed process has left
/// are removed. Errors: IoError with the system's reason, also where the old file is write-protected; the old file is
/// then untouched and nothing else is left behind.
void write_file_atomically(const std::string& path, std::string_view bytes);

/// Tries all of write_file_atomically but the content: makes the temporary file and removes it, with those that killed
/// processes have left. For the start of work whose end is a write. Errors: IoError as there.
void check_can_write(const std::string& path);

/// The file that a write to `path` makes or replaces: absolute, with all symbolic links followed.
/// Errors: IoError for a loop of links.
std::string written_path(const std::string& path);

/// Errors: IoError if it cannot be read; FormatError if it is longer than max_bytes.
std::string read_file(const std::string& path, std::uint64_t max_bytes);

}  // namespace recurra
