// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/csv.h"

#include <gtest/gtest.h>

#include <cmath>

namespace recurra::csv_test {
namespace {

Table read(const std::string& text, const CsvOptions& options = {}) {
  std::istringstream in(text);
  return read_csv(in, "x.csv", options);
}

std::string error_of(const std::string& text, const CsvOptions& options = {}) {
  try {
    const Table table = read(text, options);
    for (const auto& name : table.names()) static_cast<void>(table.number_column(name));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Csv, QuotesLineEndsAndByteOrderMark) {
  const Table table = read("\xEF\xBB\xBF\"a\",\"b, \"\"c\"\"\"\r\n1,\"2\"\r\n3,4");
  EXPECT_EQ(table.names(), (std::vector<std::string>{"a", "b, \"c\""}));
  EXPECT_EQ(table.number_column(1), (std::vector<double>{2, 4}));
  EXPECT_EQ(table.file_row(1), 3);
}

TEST(Csv, HeaderIsGuessedOrGiven) {
  EXPECT_EQ(read("1,2\n3,4\n").names(), (std::vector<std::string>{"column1", "column2"}));
  EXPECT_EQ(read("1,2\n3,4\n").rows(), 2);
  EXPECT_EQ(read("day,x\n2024-01-01,1\n").rows(), 1);
  EXPECT_EQ(read("1,2\n3,4\n", {.header = CsvOptions::Header::yes}).rows(), 1);
}

TEST(Csv, SeparatorsAndDecimalComma) {
  EXPECT_EQ(read("a;b\n1,5;2\n", {.decimal_comma = true}).number_column("a"), std::vector<double>{1.5});
  EXPECT_EQ(read("a\tb\n1\t2\n").number_column("b"), std::vector<double>{2});
}

TEST(Csv, MissingCellsAreNaN) {
  const auto x = read("a,b\n1,\n2,NA\n3,nan\n4,5\n").number_column("b");
  EXPECT_TRUE(std::isnan(x[0]) && std::isnan(x[1]) && std::isnan(x[2]));
  EXPECT_EQ(x[3], 5);
}

TEST(Csv, ThousandsOfColumns) {
  std::string header, row;
  for (int i = 0; i < 5000; ++i) {
    header += "c" + std::to_string(i) + (i < 4999 ? "," : "\n");
    row += std::to_string(i) + (i < 4999 ? "," : "\n");
  }
  const Table table = read(header + row + row);
  EXPECT_EQ(table.columns(), 5000);
  EXPECT_EQ(table.number_column("c4999"), (std::vector<double>{4999, 4999}));
}

TEST(Csv, SaysWhereAndWhat) {
  EXPECT_NE(error_of("a,b\n1,2\n3,x7\n").find("x.csv row 3, column 'b'"), std::string::npos)
      << error_of("a,b\n1,2\n3,x7\n");
  for (const char* large : {"inf", "-1e160", "1.7e308", "1e999", "1.1e36"})
    EXPECT_NE(error_of(concat("a,b\n1,", large, "\n"))
                  .find(concat("x.csv row 2, column 'b': expected a number of at most 1e+36 in size, found '", large,
                               "'; divide the column by a power of ten")),
              std::string::npos)
        << large;
  EXPECT_EQ(error_of("a,b\n1,-1e36\n"), "no error");
  EXPECT_NE(error_of("a,b\n1,2\n3\n").find("3"), std::string::npos);
  EXPECT_NE(error_of("a,b\n1,\"2\n"), "no error");
  EXPECT_NE(error_of(std::string("a,b\n1,\0\n", 8)), "no error");
  EXPECT_NE(error_of("a,temp\xE9rature\n1,2\n").find("column 2"), std::string::npos);
  EXPECT_EQ(error_of("a,temp\u00e9rature\n1,2\n"), "no error");
  EXPECT_NE(error_of(""), "no error");
  EXPECT_NE(error_of("a,b\n"), "no error");
  EXPECT_NE(error_of("a\n123456789\n", {.max_bytes = 5}), "no error");
  EXPECT_THROW(read_csv_file("/nowhere/x.csv"), IoError);
}

TEST(Table, NamesTheNearestColumn) {
  const Table table = read("time,demand\n1,2\n");
  try {
    static_cast<void>(table.column_index("demnd"));
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'demand'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace recurra::csv_test
