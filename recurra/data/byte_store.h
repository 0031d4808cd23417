// SPDX-License-Identifier: Apache-2.0
// Bytes that are appended and then read as one block: in memory while they are few, else in a temporary file mapped
// into memory, so that the system may drop and reread its pages. The file has no name, so a crash leaves nothing
// behind. Another process of this machine can map the same file, by its address. Example:
//
//   recurra::ByteStore store({.memory_bytes = 0});              // always a file
//   const double value = 1.5;
//   store.append(&value, sizeof value);
//   const double same = *reinterpret_cast<const double*>(store.data());
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "recurra/base/system_file.h"

namespace recurra {

struct StorageOptions {
  std::size_t memory_bytes = std::size_t{32} << 20;  ///< what a store keeps in memory before it uses a file
  std::string folder = "/var/tmp";                   ///< where the file is made
};

class ByteStore {
 public:
  explicit ByteStore(StorageOptions options = {}) : options_(std::move(options)) {}
  /// The bytes of a store of another process, to be read only; they stay if that process ends.
  /// Errors: IoError if the file is not there.
  explicit ByteStore(const FileAddress& address);
  ~ByteStore() { close(); }
  ByteStore(const ByteStore&) = delete;
  ByteStore& operator=(const ByteStore&) = delete;

  /// Errors: IoError if the file cannot be made or the disk is full. Not after data().
  void append(const void* bytes, std::size_t count);
  /// Makes the store `size` bytes of zeros. Reserves the disk space at once, so that no later write can fail.
  void resize(std::size_t size);

  std::size_t size() const { return size_; }
  bool is_mapped() const { return file_.ok(); }
  /// Of a store that is_mapped(), after data(). Errors: IoError.
  FileAddress address() const;
  /// Aligned for any arithmetic type; null while the store is empty. Nothing can be appended afterwards.
  std::byte* data();

 private:
  void open();
  void write_out();
  void close();

  StorageOptions options_;
  std::vector<std::byte> buffer_;  ///< all bytes, or the last ones of a file
  std::byte* map_ = nullptr;
  std::size_t size_ = 0;
  SystemFile file_;
};

}  // namespace recurra
