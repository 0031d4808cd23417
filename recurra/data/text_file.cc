// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/text_file.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "recurra/base/error.h"
#include "recurra/base/system_file.h"

namespace recurra {

std::string read_text(std::istream& in, const std::string& name, std::uint64_t max_bytes) {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  std::string text;
  std::size_t used = 0;
  for (;;) {
    if (text.size() < used + kBlock) text.resize(std::max(used + kBlock, text.size() * 2));
    in.read(text.data() + used, static_cast<std::streamsize>(kBlock));
    used += static_cast<std::size_t>(in.gcount());
    require<FormatError>(used <= max_bytes, name, ": expected at most ", max_bytes,
                         " bytes, found more; cut the data, or give a file that ends");
    require<IoError>(!in.bad(), name, ": reading failed after ", used, " bytes");
    if (!in) break;
  }
  text.resize(used);
  return text;
}

std::uint64_t readable_bytes(const std::string& path, std::uint64_t max_bytes) {
  constexpr std::uint64_t kMaxOfDevice = std::uint64_t{1} << 26;
  std::error_code ignored;
  if (!std::filesystem::is_character_file(path, ignored)) return max_bytes;
  return SystemFile::open_to_read(path).is_terminal() ? max_bytes : std::min(max_bytes, kMaxOfDevice);
}

std::string read_text_file(const std::string& path, std::uint64_t max_bytes) {
  std::error_code ignored;
  require<IoError>(!std::filesystem::is_directory(path, ignored), "cannot read '", path, "': it is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  require<IoError>(file.is_open(), "cannot open '", path, "': ", std::generic_category().message(errno));
  const std::uintmax_t size = std::filesystem::file_size(path, ignored);  // -1 if it is unknown
  require<FormatError>(ignored || size <= max_bytes, path, ": expected at most ", max_bytes, " bytes, found ", size);
  return read_text(file, path, readable_bytes(path, max_bytes));
}

}  // namespace recurra
