// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "recurra/base/error.h"

namespace recurra {

FileReader::FileReader(const std::string& path) : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  require<IoError>(descriptor_ >= 0, path, ": cannot be opened: ", std::strerror(errno));
  struct stat status;
  const int reason = ::fstat(descriptor_, &status) == 0 ? 0 : errno;
  if (reason == 0 && S_ISREG(status.st_mode)) size_ = static_cast<std::uint64_t>(status.st_size);
  if (reason == 0 && !S_ISDIR(status.st_mode)) return;
  ::close(descriptor_);
  require<IoError>(reason == 0, path, ": cannot be read: ", std::strerror(reason));
  throw IoError(concat(path, ": is a folder, expected a file"));
}

FileReader::~FileReader() {
  ::close(descriptor_);
}

void FileReader::read(std::uint64_t count, std::string& bytes) {
  constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
  while (count > 0) {
    const std::size_t before = bytes.size(), wanted = static_cast<std::size_t>(std::min(count, kBlock));
    bytes.resize(before + wanted);
    const ssize_t got = ::read(descriptor_, bytes.data() + before, wanted);
    const int reason = got < 0 ? errno : 0;
    bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return;
    require<IoError>(reason == 0 || reason == EINTR, path_, ": cannot be read: ", std::strerror(reason));
    count -= static_cast<std::uint64_t>(std::max<ssize_t>(got, 0));
  }
}

}  // namespace recurra
