// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/file_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "recurra/base/error.h"

namespace recurra {

FileReader::FileReader(const std::string& path) : path_(path), file_(SystemFile::open_to_read(path)) {
  require<IoError>(file_.ok(), path, ": cannot be opened: ", std::strerror(errno));
  const std::optional<FileStatus> status = file_.status();
  require<IoError>(status.has_value(), path, ": cannot be read: ", std::strerror(errno));
  require<IoError>(!status->is_folder, path, ": is a folder, expected a file");
  if (status->is_file) size_ = status->size_bytes;
}

void FileReader::read(std::uint64_t count, std::string& bytes) {
  constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
  while (count > 0) {
    const std::size_t before = bytes.size(), wanted = static_cast<std::size_t>(std::min(count, kBlock));
    bytes.resize(before + wanted);
    const std::ptrdiff_t got = file_.read(bytes.data() + before, wanted);
    const int reason = errno;
    bytes.resize(before + static_cast<std::size_t>(std::max<std::ptrdiff_t>(got, 0)));
    require<IoError>(got >= 0, path_, ": cannot be read: ", std::strerror(reason));
    if (got == 0) return;
    count -= static_cast<std::uint64_t>(got);
  }
}

}  // namespace recurra
