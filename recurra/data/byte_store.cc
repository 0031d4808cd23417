// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/byte_store.h"

#include <cerrno>
#include <system_error>

#include "recurra/base/error.h"

namespace recurra {
namespace {

constexpr std::size_t kBlockOfFile = std::size_t{1} << 20;

[[noreturn]] void refuse_file(const std::string& folder, const char* what, std::size_t bytes, int error) {
  throw IoError(concat("cannot ", what, " a temporary file of ", bytes, " bytes in '", folder,
                       "': ", std::generic_category().message(error),
                       "; name another folder for it, or allow more of it in memory"));
}

}  // namespace

ByteStore::ByteStore(const FileAddress& address) : size_(address.bytes), file_(SystemFile::open_to_read(address)) {
  if (file_.ok()) map_ = file_.map_to_read(size_);
  require<IoError>(map_ != nullptr, path_of(address), ": the file of a store is not there");
}

FileAddress ByteStore::address() const {
  require<IoError>(map_ != nullptr, "ByteStore: expected a mapped file");
  return file_.address().value();
}

void ByteStore::append(const void* bytes, std::size_t count) {
  const auto* begin = static_cast<const std::byte*>(bytes);
  buffer_.insert(buffer_.end(), begin, begin + count);
  size_ += count;
  const std::size_t most = is_mapped() ? kBlockOfFile : options_.memory_bytes;
  if (buffer_.size() > most) write_out();
}

void ByteStore::resize(std::size_t size) {
  close();
  size_ = size;
  if (size <= options_.memory_bytes) {
    buffer_.resize(size);
    return;
  }
  open();
  if (const int error = file_.reserve(size); error != 0) refuse_file(options_.folder, "write", size, error);
}

void ByteStore::open() {
  file_ = SystemFile::create_unnamed(options_.folder);
  if (!file_.ok()) refuse_file(options_.folder, "make", size_, errno);
}

void ByteStore::write_out() {
  if (!is_mapped()) open();
  if (!file_.write(buffer_.data(), buffer_.size())) refuse_file(options_.folder, "write", size_, errno);
  buffer_.clear();
  if (buffer_.capacity() > 2 * kBlockOfFile) buffer_.shrink_to_fit();
}

std::byte* ByteStore::data() {
  if (size_ == 0) return nullptr;
  if (!is_mapped()) return buffer_.data();
  if (!buffer_.empty()) write_out();
  if (map_ == nullptr) {
    map_ = file_.map(size_);
    if (map_ == nullptr) refuse_file(options_.folder, "map", size_, errno);
    buffer_ = {};
  }
  return map_;
}

void ByteStore::close() {
  if (map_ != nullptr) SystemFile::unmap(map_, size_);
  map_ = nullptr;
  file_ = {};
  buffer_ = {};
}

}  // namespace recurra
