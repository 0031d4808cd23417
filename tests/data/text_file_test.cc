// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/text_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "recurra/base/error.h"

namespace recurra::text_file_test {
namespace {

namespace fs = std::filesystem;

std::string error_of(const std::string& path, std::uint64_t max_bytes) {
  try {
    read_text_file(path, max_bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(TextFile, ADeviceThatNeverEndsIsRefused) {
  if (!fs::is_character_file("/dev/zero")) GTEST_SKIP() << "no /dev/zero here";
  EXPECT_NE(error_of("/dev/zero", kMaxFileBytes).find("/dev/zero: expected at most 67108864 bytes, found more"),
            std::string::npos);
  EXPECT_EQ(read_text_file("/dev/null"), "");
}

TEST(TextFile, AFileIsNotReadBeyondItsBound) {
  const std::string path = (fs::temp_directory_path() / ("recurra_text_file_" + std::to_string(::getpid()))).string();
  std::ofstream(path) << "0123456789";
  EXPECT_EQ(error_of(path, 10), "no error");
  EXPECT_EQ(error_of(path, 9), path + ": expected at most 9 bytes, found 10");
  fs::resize_file(path, std::uint64_t{1} << 40);  // takes no space: all but the beginning is one hole
  EXPECT_NE(error_of(path, kMaxFileBytes).find("found 1099511627776"), std::string::npos);
  fs::remove(path);
  std::istringstream endless(std::string(100, 'x'));
  EXPECT_THROW(read_text(endless, "a stream", 99), FormatError);
}

}  // namespace
}  // namespace recurra::text_file_test
