// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "recurra/base/random.h"
#include "recurra/data/csv.h"

namespace recurra::series_test {
namespace {

Series series(const std::string& text, const SeriesOptions& options = {}) {
  std::istringstream in(text);
  return make_series(read_csv(in, "x.csv"), options);
}

std::string error_of(const std::string& text, const SeriesOptions& options = {}) {
  try {
    series(text, options);
  } catch (const ValueError& error) {
    return error.what();
  }
  return "no error";
}

/// All notes of a series, a line each.
std::string told(const Series& s) {
  std::string out;
  for (const std::string& note : s.warnings) out += note + "\n";
  return out;
}

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << "\nin: " << text;
}

TEST(Series, GapsBecomeMissingRowsAndAreTold) {
  const Series s = series("t,x\n2024-01-01,1\n2024-01-02,2\n2024-01-05,5\n2024-01-06,6\n");
  ASSERT_EQ(s.length(), 6);
  EXPECT_TRUE(std::isnan(s.column("x")[2]) && std::isnan(s.column("x")[3]));
  EXPECT_EQ(s.column("x")[4], 5);
  EXPECT_EQ(told(s),
            "time axis: column 't', year-month-day, daily\n"
            "x.csv: 2 time steps are missing in 1 gap, the first from 2024-01-03; they count as missing values\n");
}

TEST(Series, RepeatedRowsAreDroppedOrRefused) {
  const Series s = series("t,x\n2024-01-01,1\n2024-01-02,2\n2024-01-02,2\n2024-01-03,3\n");
  EXPECT_EQ(s.column("x"), (std::vector<double>{1, 2, 3}));
  expect_in(told(s), "1 repeated row dropped, the first at row 4");
  const std::string error = error_of("t,x\n2024-01-01,1\n2024-01-02,2\n2024-01-02,9\n2024-01-03,3\n");
  EXPECT_NE(error.find("rows 3 and 4"), std::string::npos) << error;
}

TEST(Series, DisorderIsSortedAndTold) {
  const Series s = series("t,x\n2024-01-02,2\n2024-01-01,1\n2024-01-03,3\n");
  EXPECT_EQ(s.column("x"), (std::vector<double>{1, 2, 3}));
  expect_in(told(s), "row 3: 2024-01-01 comes after 2024-01-02; the rows were sorted by time");
}

TEST(Series, RefusesAnIrregularAxisAndAbsurdGaps) {
  EXPECT_NE(error_of("t,x\n2024-01-01,1\n2024-01-03,2\n2024-01-05,3\n2024-01-06,4\n").find("row 5"), std::string::npos);
  EXPECT_NE(error_of("t,x\n2024-01-01,1\n2024-01-02,2\n2924-01-03,3\n").find("gaps"), std::string::npos);
  EXPECT_NE(error_of("t,x\n1,2\n3,4\n", {.time_column = "time", .columns = {}}).find("time"), std::string::npos);
}

TEST(Series, OneDateIsASeriesWithoutAnAxis) {
  const Series s = series("day,value\n2024-01-04,2\n");
  EXPECT_FALSE(s.axis.has_value());
  EXPECT_EQ(s.column("value"), std::vector<double>{2});
}

TEST(Series, WithoutTimeEveryRowIsAStep) {
  const Series s = series("a,b\n1,2\n3,4\n");
  EXPECT_FALSE(s.axis);
  EXPECT_EQ(s.names.size(), 2u);
  EXPECT_EQ(told(s), "time axis: none, each row is one step (no column holds dates or times)\n");
}

}  // namespace
}  // namespace recurra::series_test
