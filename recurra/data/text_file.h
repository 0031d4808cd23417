// SPDX-License-Identifier: Apache-2.0
// Reads a whole file or stream as bytes, up to a limit. Example:
//
//   std::istringstream stream("To be");
//   std::string text = recurra::read_text(stream, "standard input", 1000);
#pragma once

#include <cstdint>
#include <istream>
#include <sstream>
#include <string>

namespace recurra {

/// The read limit for a file that may be endless: max_bytes, or 64 MiB for a device other than a terminal.
std::uint64_t readable_bytes(const std::string& path, std::uint64_t max_bytes);

/// The default limit for readers of text or samples: 2 GiB.
inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 31;

/// `name` stands for the stream in messages. Errors: FormatError for more than max_bytes; IoError if reading fails.
std::string read_text(std::istream& in, const std::string& name, std::uint64_t max_bytes = kMaxFileBytes);
/// Reads at most readable_bytes. Errors: also IoError for a folder or a file that cannot be opened.
std::string read_text_file(const std::string& path, std::uint64_t max_bytes = kMaxFileBytes);

}  // namespace recurra
