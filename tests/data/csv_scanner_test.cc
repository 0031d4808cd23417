// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/csv_scanner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace recurra {
namespace {

/// Hands a file out in pieces of a few bytes.
CsvScanner::Refill pieces_of(const std::string& file, std::size_t piece) {
  return [file, piece, at = std::size_t{0}](char* to, std::size_t count) mutable {
    const std::size_t n = std::min({piece, count, file.size() - at});
    std::memcpy(to, file.data() + at, n);
    at += n;
    return n;
  };
}

std::string records_of(CsvScanner& scanner) {
  std::string out;
  for (std::vector<std::string_view> cells; scanner.next(cells);) {
    out += concat(scanner.line(), ':');
    for (const auto cell : cells) out += concat('[', cell, ']');
  }
  return out;
}

TEST(CsvScanner, ReadsTheSameRecordsWhateverTheBlocks) {
  const std::string file =
      "\xEF\xBB\xBF"
      "a,\"b \"\"c\"\"\",d\r\n1,\"two\nlines\",\"\"\r\n\r\n4,5\"6,7\r8,9,\"x,y\"";
  std::string whole = file;
  CsvScanner in_memory(whole, "x.csv", {});
  const std::string expected = "1:[a][b \"c\"][d]2:[1][two\nlines][]5:[4][5\"6][7]6:[8][9][x,y]";
  EXPECT_EQ(records_of(in_memory), expected);
  for (std::size_t piece = 64; piece >= 24; --piece) {  // the first lines decide on the delimiter
    std::string buffer;
    CsvScanner stream(buffer, "x.csv", {}, pieces_of(file, piece));
    EXPECT_EQ(records_of(stream), expected) << piece;
  }
  for (std::size_t piece = 1; piece < 24; ++piece) {
    std::string buffer;
    CsvScanner stream(buffer, "x.csv", {.delimiter = ','}, pieces_of(file.substr(3), piece));
    EXPECT_EQ(records_of(stream), expected) << piece;
  }
}

TEST(CsvScanner, KeepsOnlyABlockOfALongFile) {
  std::string file = "id,y\n";
  for (int i = 0; i < 400'000; ++i) file += concat("series,", i, '\n');
  std::string buffer;
  CsvScanner stream(buffer, "long.csv", {}, pieces_of(file, file.size()));
  Index records = 0;
  std::size_t most = 0;
  for (std::vector<std::string_view> cells; stream.next(cells); ++records) most = std::max(most, buffer.size());
  EXPECT_EQ(records, 400'001);
  EXPECT_EQ(stream.line(), 400'001u);
  EXPECT_LT(most, file.size() / 2);
}

TEST(CsvScanner, NamesRowAndByteOfWhatIsWrong) {
  const auto message = [](const std::string& file) -> std::string {
    std::string buffer;
    try {
      CsvScanner stream(buffer, "x.csv", {.delimiter = ','}, pieces_of(file, 7));
      records_of(stream);
    } catch (const FormatError& error) {
      return concat(error.what(), " @", error.byte_offset());
    }
    return "";
  };
  EXPECT_EQ(message("a,b\n1,2\n3,4,5\n"), "x.csv row 3: expected 2 columns as in row 1, found 3 @8");
  EXPECT_EQ(message("a,b\n1,2\n\"3,4\n"), "x.csv row 3: a quote is opened but never closed @8");
  EXPECT_NE(message(std::string("a,b\n1,2\n3,\0\n", 12)).find("byte 10 is NUL"), std::string::npos);
  EXPECT_NE(message(std::string("\xFF\xFE"
                                "a\0b\0",
                                6))
                .find("UTF-16"),
            std::string::npos);
}

}  // namespace
}  // namespace recurra
