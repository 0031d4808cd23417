// SPDX-License-Identifier: Apache-2.0
// A file or pipe that is read piece by piece, so that a wrong or endless one can be refused by its first bytes.
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

namespace recurra {

class FileReader {
 public:
  /// Errors: IoError with the system's reason; also for a folder.
  explicit FileReader(const std::string& path);
  ~FileReader();
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  /// Appends the next `count` bytes, or fewer where the file ends. Memory is taken as the bytes come.
  /// Errors: IoError with the system's reason.
  void read(std::uint64_t count, std::string& bytes);

  /// Bytes from the beginning to the end, by the file's own account; nothing for a pipe or a device.
  std::optional<std::uint64_t> size() const { return size_; }

 private:
  std::string path_;
  int descriptor_;
  std::optional<std::uint64_t> size_;
};

}  // namespace recurra
