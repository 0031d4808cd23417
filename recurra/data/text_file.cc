// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/text_file.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "recurra/base/error.h"

namespace recurra {

std::string read_text(std::istream& in, const std::string& name, std::uint64_t max_bytes) {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  std::string text;
  std::size_t used = 0;
  for (;;) {
    if (text.size() < used + kBlock) text.resize(std::max(used + kBlock, text.size() * 2));
    in.read(text.data() + used, static_cast<std::streamsize>(kBlock));
    used += static_cast<std::size_t>(in.gcount());
    require<FormatError>(used <= max_bytes, name, ": the file is larger than ", max_bytes, " bytes");
    require<IoError>(!in.bad(), name, ": reading failed after ", used, " bytes");
    if (!in) break;
  }
  text.resize(used);
  return text;
}

std::string read_text_file(const std::string& path, std::uint64_t max_bytes) {
  std::error_code ignored;
  require<IoError>(!std::filesystem::is_directory(path, ignored), "cannot read '", path, "': it is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  require<IoError>(file.is_open(), "cannot open '", path, "': ", std::generic_category().message(errno));
  return read_text(file, path, max_bytes);
}

}  // namespace recurra
