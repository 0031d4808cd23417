// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/byte_store.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
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
  if (const int error = ::posix_fallocate(file_, 0, static_cast<off_t>(size)); error != 0)
    refuse_file(options_.folder, "write", size, error);
}

void ByteStore::open() {
  std::string path = options_.folder + "/recurra-XXXXXX";
  file_ = ::mkstemp(path.data());
  if (file_ < 0) refuse_file(options_.folder, "make", size_, errno);
  ::unlink(path.c_str());
  static_cast<void>(::fcntl(file_, F_SETFD, FD_CLOEXEC));
}

void ByteStore::write_out() {
  if (!is_mapped()) open();
  for (std::size_t done = 0; done < buffer_.size();) {
    const ssize_t n = ::write(file_, buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) refuse_file(options_.folder, "write", size_, n < 0 ? errno : ENOSPC);
    done += static_cast<std::size_t>(n);
  }
  buffer_.clear();
  if (buffer_.capacity() > 2 * kBlockOfFile) buffer_.shrink_to_fit();
}

std::byte* ByteStore::data() {
  if (size_ == 0) return nullptr;
  if (!is_mapped()) return buffer_.data();
  if (!buffer_.empty()) write_out();
  if (map_ == nullptr) {
    void* map = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (map == MAP_FAILED) refuse_file(options_.folder, "map", size_, errno);
    map_ = static_cast<std::byte*>(map);
    buffer_ = {};
  }
  return map_;
}

void ByteStore::close() {
  if (map_ != nullptr) ::munmap(map_, size_);
  if (file_ >= 0) ::close(file_);
  map_ = nullptr;
  file_ = -1;
  buffer_ = {};
}

}  // namespace recurra
