// SPDX-License-Identifier: Apache-2.0
// What strangers' sets may be: each is refused by name and place, or kept and told.
#include <gtest/gtest.h>

#include "recurra/data/set_reader.h"
#include "recurra/data/window_source.h"

namespace recurra {
namespace {

std::string refusal(const std::string& text, const SetRequest& request = {}) {
  try {
    parse_series_set(text, "bad.csv", request);
  } catch (const Error& error) {
    return error.what();
  }
  return "(no error)";
}

#define EXPECT_SAYS(message, part) EXPECT_NE((message).find(part), std::string::npos) << (message)

TEST(BadSets, SeriesThatOverlapNowhere) {
  const std::string message =
      refusal("unique_id,ds,y\na,2020-01-01,1\na,2020-01-02,2\na,2020-01-03,2\nb,2021-06-01,1\nb,2021-06-02,2\n");
  EXPECT_SAYS(message,
              "bad.csv: no two of the 2 series share a step: 'a' ends at 2020-01-03, 'b' begins at 2021-06-01");
  EXPECT_SAYS(message, "--step rows");
}

TEST(BadSets, ThreeRowsAmongThousands) {
  std::string file = "unique_id,ds,y\n";
  for (int s = 0; s < 2000; ++s)
    for (int t = 0; t < (s == 77 ? 3 : 40); ++t)
      file += concat("s", s, ",2024-0", t / 28 + 1, '-', t % 28 / 9 < 1 ? "0" : "", t % 28 + 1, ',', t, '\n');
  SetRequest request;
  request.calendar.step = step_rule_from("1d");
  const SeriesSet set = parse_series_set(file, "thousands.csv", request);
  for (const ShortSeries how : {ShortSeries::pad, ShortSeries::leave_out}) {
    const WindowSource windows(set, {.lookback = 14, .horizon = 7, .short_series = how}, whole_range(set));
    ASSERT_EQ(windows.notes().size(), 1u);
    EXPECT_EQ(windows.notes()[0],
              concat("thousands.csv: 1 of 2000 series are too short for a window of 14 + 7 steps and were ",
                     how == ShortSeries::pad ? "padded" : "left out", ", the first 's77'"));
  }
}

TEST(BadSets, OneIdWithTwoStatics) {
  const std::string file =
      "unique_id,ds,y,region\na,2024-01-01,1,north\na,2024-01-02,2,north\nb,2024-01-01,1,east\na,2024-01-03,2,south\n";
  EXPECT_SAYS(
      refusal(file, {.fixed = {"region"}}),
      "bad.csv row 5, static column 'region': series 'a' has 'south' here and 'north' in row 2; expected one value");
}

TEST(BadSets, AZoneThatDoesNotExist) {
  SetRequest request;
  request.calendar.zone = "Europe/Berin";
  // Before any file is read.
  try {
    read_series_set({"/no/such/file.csv"}, request);
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "there is no time zone 'Europe/Berin'; did you mean 'Europe/Berlin'?");
  }
}

TEST(BadSets, AColumnWithMoreCategoriesThanAnyNetLearns) {
  std::string file = "unique_id,ds,y,sku\n";
  for (int i = 0; i < 100'000; ++i) file += concat("a,", i, ",1,item ", i, '\n');
  EXPECT_SAYS(
      refusal(file, {.past = {"sku"}}),
      "bad.csv row 50002, column 'sku': more than 50000 different values, expected categories that occur again; "
      "found 'item 50000'");
}

TEST(BadSets, ColumnsThatDoNotExistOrHaveTwoRoles) {
  const std::string file = "unique_id,ds,y,promo\na,2024-01-01,1,0\na,2024-01-02,2,1\n";
  EXPECT_SAYS(refusal(file, {.known = {"prom"}}), "no column 'prom'");
  EXPECT_SAYS(refusal(file, {.known = {"prom"}}), "did you mean 'promo'?");
  EXPECT_SAYS(refusal(file, {.known = {"promo"}, .past = {"promo"}}), "column 'promo' is both known and past");
  EXPECT_SAYS(refusal(file, {.known = {"unique_id"}}), "identifies the series");
  EXPECT_SAYS(refusal("unique_id,ds,a,b\nx,2024-01-01,1,0\nx,2024-01-02,2,1\n"),
              "columns 'a', 'b' hold numbers; say which is to be forecast with --target, or --wide");
  EXPECT_SAYS(refusal("unique_id,ds,a\nx,2024-01-01,p\nx,2024-01-02,q\n"), "no column of numbers is left to forecast");
}

TEST(BadSets, ADecimalSignThatIsNotTheOneExpectedIsNoCategory) {
  const std::string file = "unique_id;ds;y;price\na;2024-01-01;1;9,5\na;2024-01-02;2;8\n";
  EXPECT_SAYS(refusal(file, {.known = {"price"}}),
              "column 'price' holds '9,5' (if the comma is a decimal sign, say so with --decimal-comma); if these are "
              "categories, say so with --categories price");
  EXPECT_EQ(refusal(file, {.known = {"price"}, .categories = {"price"}}), "(no error)");
  EXPECT_SAYS(refusal("unique_id;ds;a\nx;2024-01-01;0,5\nx;2024-01-02;1,5\n"),
              "its columns are 'unique_id', 'ds', 'a'; column 'a' holds '0,5' (if the comma is a decimal sign");
}

TEST(BadSets, CellsThatAreNoValues) {
  EXPECT_SAYS(refusal("unique_id,ds,y\na,2024-01-01,1\n,2024-01-02,2\n"),
              "bad.csv row 3, column 'unique_id': expected the name of a series, found an empty cell");
  EXPECT_SAYS(refusal("unique_id,ds,y\na,2024-01-01,1\na,2024-01-02,many\n"),
              "bad.csv row 3, column 'y': expected a number or an empty cell, found 'many'");
  EXPECT_SAYS(refusal("unique_id,ds,y\na,2024-01-01,1e99\na,2024-01-02,1\n"),
              "row 2, column 'y': expected a number of at most 1e+36");
  EXPECT_SAYS(refusal("unique_id,ds,y\na,2024-01-01,1\na,2024-01-02,2\na,2024-02-31,3\n"), "row 4, column 'ds'");
  EXPECT_SAYS(refusal("unique_id,ds,y\na,2024-01-01,\na,2024-01-02,\n"), "no series has a value of 'y'");
  EXPECT_SAYS(refusal("unique_id,ds,y\na,0001-01-01,1\na,2024-01-02,1\na,2024-01-03,1\n"),
              "gaps in the times would make the 3 rows");
  EXPECT_SAYS(refusal("unique_id,ds,y\na,2024-01-01,1,5\n"), "expected 3 columns as in row 1, found 4");
}

TEST(BadSets, NumbersThatAreWrittenOtherwise) {
  EXPECT_SAYS(
      refusal("unique_id;ds;y\na;2024-01-01;1,5\na;2024-01-02;2,5\n", {.targets = {"y"}}),
      "row 2, column 'y': expected a number or an empty cell, found '1,5' (if the comma is a decimal sign, say so");
  EXPECT_SAYS(refusal("unique_id;ds;y\na;2024-01-01;1\na;2024-01-02;1,234,567\n"),
              "(leave out what separates the thousands)");
}

TEST(BadSets, TextThatComesAfterTheFirstRows) {
  std::string file = "unique_id,ds,y,note\n";
  for (int i = 0; i < 30'000; ++i) file += concat("a,", i, ",1,", i, '\n');
  EXPECT_SAYS(
      refusal(file + "a,30000,1,closed\n", {.past = {"note"}}),
      "bad.csv row 30002, column 'note': expected a number or an empty cell, found 'closed'; if the column holds "
      "categories, say so with --categories note");
}

TEST(BadSets, DatesThatTurnOutToBeOfAnotherOrder) {
  std::string file = "unique_id,ds,y\n";
  for (int s = 0; s < 2000; ++s)  // the first rows show the order, the later ones leave it open
    for (int day = s < 1000 ? 3 : 1; day <= (s < 1000 ? 14 : 12); ++day)
      file += concat('s', s, ",01/", day < 10 ? "0" : "", day, "/2024,1\n");
  EXPECT_EQ(parse_series_set(file, "us.csv", {}).stamp(0, 11), "01/14/2024");
  EXPECT_SAYS(
      refusal(file + "late,13/02/2024,1\n"),
      "bad.csv row 24002, column 'ds': '13/02/2024' cannot be read as month/day/year like the first rows; say how");
}

TEST(BadSets, WideFilesWithOneNameTwice) {
  EXPECT_SAYS(refusal("ds,a,a\n2024-01-01,1,2\n2024-01-02,1,2\n", {.form = SetForm::wide}),
              "the name 'a' belongs to columns 2 and 3");
}

TEST(BadSets, FormsWithColumnsThatTheyDoNotHave) {
  EXPECT_SAYS(refusal("ds,a\n2024-01-01,1\n2024-01-02,1\n", {.form = SetForm::wide, .past = {"a"}}),
              "go with long files");
  EXPECT_SAYS(refusal("id,a\nx,1\ny,2\n", {.form = SetForm::by_row, .known = {"a"}}), "go with long files");
  SetRequest both;
  both.calendar.step = step_rule_from("1d");
  both.calendar.resample = step_rule_from("1w");
  EXPECT_SAYS(refusal("unique_id,ds,y\na,2024-01-01,1\n", both), "is given twice");
}

}  // namespace
}  // namespace recurra
