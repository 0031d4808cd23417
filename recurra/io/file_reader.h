// SPDX-License-Identifier: Apache-2.0
// A file or pipe, read piece by piece, so that a wrong or endless one can be refused after its first bytes.
// Example:
//
//   auto begins_with_brace = [](const std::string& path) {
//     std::string bytes;
//     recurra::FileReader(path).read(1, bytes);
//     return bytes == "{";
//   };
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "recurra/base/system_file.h"

namespace recurra {

class FileReader {
 public:
  /// Errors: IoError with the system's reason; also for a folder.
  explicit FileReader(const std::string& path);

  /// Appends the next `count` bytes, or fewer if the file ends. Memory is allocated only as bytes arrive.
  /// Errors: IoError with the system's reason.
  void read(std::uint64_t count, std::string& bytes);

  /// The file's size in bytes as the system reports it; empty for a pipe or a device.
  std::optional<std::uint64_t> size() const { return size_; }

 private:
  std::string path_;
  SystemFile file_;
  std::optional<std::uint64_t> size_;
};

}  // namespace recurra
