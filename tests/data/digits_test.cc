// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/digits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "recurra/data/number.h"
#include "recurra/data/series_notes.h"
#include "recurra/data/table.h"

namespace recurra {
namespace {

std::string text(const std::vector<double>& series, double forecast) {
  return ForecastDigits(series).text(forecast);
}

TEST(Digits, FollowTheDataAndTheirRange) {
  EXPECT_EQ(text({49.41, 59.8, 57.33}, 55.123456), "55.123");
  EXPECT_EQ(text({1000000049.41, 1000000059.8}, 1000000055.123456), "1000000055.123");
  EXPECT_EQ(text({46302950000000, 51302950000000}, 47302950123456.5), "47302950123456");
  EXPECT_EQ(text({0, 1, 0, 3, 5}, 1.23456), "1.235");
  EXPECT_EQ(text({0.00012, 0.00018, NAN}, 0.000151234), "0.00015123");
  EXPECT_EQ(text({1.0 / 3, 2.0 / 3}, 0.123456789012), "0.12345679");
  EXPECT_EQ(text({5, 5}, 5), "5.000");
  EXPECT_EQ(text({1e20, 3e20}, 2e20).find("2.0000000000000000e+20"), 0u);
  EXPECT_EQ(text({1, 2}, NAN), "");
  EXPECT_EQ(text({}, 1.5), "1.500");
}

TEST(Truth, IsReadOfWordsAlone) {
  for (const char* yes : {"true", "TRUE", " Yes ", "y", "T", "on"}) EXPECT_TRUE(read_truth(yes)->value) << yes;
  for (const char* no : {"false", "False", "NO", "n", "f", "off"}) EXPECT_FALSE(read_truth(no)->value) << no;
  for (const char* other : {"1", "0", "", "maybe", "truee"}) EXPECT_FALSE(read_truth(other)) << other;
}

TEST(Notes, CountWhatIsMissing) {
  EXPECT_EQ(missing_note("x", std::vector<double>{1, NAN, NAN, 4, NAN}, 0),
            "column 'x': 3 of 5 values are missing, the longest run 2, 1 at the end");
  EXPECT_EQ(missing_note("x", std::vector<double>{1, NAN}, 1), "");
}

TEST(Notes, TellFarValuesAndNotGrowthOrCounts) {
  const auto note = [](const std::vector<double>& x) {
    return outlier_note("x", x, [](Index i) { return "row " + std::to_string(i); });
  };
  std::vector<double> wave, counts, growth;
  for (int t = 0; t < 200; ++t) {
    wave.push_back(50 + 10 * std::sin(t));
    counts.push_back(t % 5 == 0 ? 1 + t % 3 : 0);
    growth.push_back(std::exp(0.08 * t));
  }
  EXPECT_EQ(note(wave), "");
  EXPECT_EQ(note(counts), "");
  EXPECT_EQ(note(growth), "");
  wave[7] = -999;
  EXPECT_NE(note(wave).find("1 value is more than 50 robust deviations"), std::string::npos) << note(wave);
  EXPECT_NE(note(wave).find("-999 at row 7"), std::string::npos) << note(wave);
  counts[9] = 1e6;
  EXPECT_NE(note(counts).find("1e+06 at row 9"), std::string::npos) << note(counts);
}

TEST(Names, AreTakenWholeThenSplit) {
  const Table table("x.csv", {"a", "b", "a,b", "c, d"});
  EXPECT_EQ(table.split_names("a,b"), std::vector<std::string>{"a,b"});
  EXPECT_EQ(table.split_names("b,a"), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(table.split_names("c\\, d,a"), (std::vector<std::string>{"c, d", "a"}));
  EXPECT_EQ(table.split_names("c, d"), std::vector<std::string>{"c, d"});
}

TEST(Numbers, WithThousandsAreRefusedWithAHint) {
  for (const char* cell : {"49,405.33", "1,234,567", "1.234.567,8", "12 345", "1'234.5", "-1,234.5"}) {
    Table table("x.csv", {"x"});
    table.add_row({cell});
    try {
      table.number_column("x");
      ADD_FAILURE() << cell;
    } catch (const ValueError& error) {
      EXPECT_NE(std::string(error.what()).find("thousands"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace recurra
