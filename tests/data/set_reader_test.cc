// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/set_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "recurra/data/holidays.h"
#include "recurra/data/time_stamps.h"

namespace recurra {
namespace {

SeriesSet parse(const std::string& text, const SetRequest& request = {}) {
  return parse_series_set(text, "x.csv", request);
}
std::string message(const std::string& text, const SetRequest& request = {}) {
  try {
    parse(text, request);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}
bool has_note(const SeriesSet& set, const std::string& part) {
  return std::any_of(set.notes.begin(), set.notes.end(),
                     [&](const auto& note) { return note.find(part) != std::string::npos; });
}
std::string all(const std::vector<std::string>& notes) {
  std::string out;
  for (const auto& note : notes) out += note + "\n";
  return out;
}
std::vector<double> values(const SeriesSet& set, Index s, Index c) {
  std::vector<double> out;
  for (Index t = 0; t < set.series[s].length + set.series[s].planned; ++t) out.push_back(set.value(s, c, t));
  return out;
}
/// NaN as -1, so that vectors compare.
std::vector<double> shown(std::vector<double> x) {
  for (double& v : x)
    if (std::isnan(v)) v = -1;
  return x;
}
std::string written(const std::string& name, const std::string& text) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path) << text;
  return path;
}
std::string shared(const std::string& path) {
  return std::string(RECURRA_SOURCE_DIR) + "/../shared/" + path;
}

const char* kShops =
    "unique_id,ds,y\n"
    "a,2024-01-01,1\na,2024-01-02,2\na,2024-01-04,4\n"
    "b,2024-01-03,30\nb,2024-01-04,\nb,2024-01-05,50\n";

TEST(SetReader, RecognisesAndTellsTheUsualNames) {
  const SeriesSet set = parse(kShops);
  ASSERT_EQ(set.count(), 2);
  EXPECT_EQ(set.series[0].id, "a");
  EXPECT_EQ(shown(values(set, 0, 0)), (std::vector<double>{1, 2, -1, 4}));
  EXPECT_EQ(shown(values(set, 1, 0)), (std::vector<double>{30, -1, 50}));
  EXPECT_EQ(set.series[1].start, 2);
  EXPECT_EQ(set.stamp(1, 0), "2024-01-03");
  EXPECT_EQ(set.series[0].missing_rows, 1);
  EXPECT_EQ(set.series[1].missing_cells, 1);
  EXPECT_TRUE(has_note(set, "identified by column 'unique_id'")) << all(set.notes);
  EXPECT_TRUE(has_note(set, "target: column 'y'")) << all(set.notes);
  EXPECT_TRUE(has_note(set, "time axis: column 'ds', year-month-day, daily")) << all(set.notes);
  EXPECT_TRUE(has_note(set, "series: 2, of 3 to 4 steps, 7 in all")) << all(set.notes);
  EXPECT_TRUE(has_note(set, "1 time steps are missing in 1 of 2 series, the first 2024-01-03 of series 'a'"))
      << all(set.notes);
  EXPECT_TRUE(has_note(set, "column 'y': 1 values are missing in 1 of 2 series")) << all(set.notes);
}

TEST(SetReader, TakesRowsInAnyOrder) {
  const SeriesSet sorted = parse(kShops);
  const SeriesSet mixed = parse(
      "y,ds,unique_id\n30,2024-01-03,b\n4,2024-01-04,a\n50,2024-01-05,b\n2,2024-01-02,a\n1,2024-01-01,a\n"
      ",2024-01-04,b\n");
  EXPECT_EQ(shown(values(mixed, 1, 0)), shown(values(sorted, 0, 0)));
  EXPECT_EQ(shown(values(mixed, 0, 0)), shown(values(sorted, 1, 0)));
  EXPECT_EQ(mixed.series[0].start, 2);
  EXPECT_TRUE(has_note(mixed, "the rows of 2 series were sorted by time, the first 'b'")) << all(mixed.notes);
}

TEST(SetReader, GivesTheSameSetFromMemoryAndFromMappedFiles) {
  std::string file = "id,t,y,promo\n";
  for (int t = 0; t < 50; ++t)
    for (int s = 0; s < 7; ++s)
      file += concat("s", s, ",2024-03-", t / 24 + 10, " ", t % 24, ":00,", t * s, ",", t % 2 ? "yes\n" : "no\n");
  SetRequest request{.id = "id", .targets = {"y"}, .known = {"promo"}};
  const SeriesSet memory = parse(file, request);
  request.storage.memory_bytes = 0;
  const SeriesSet mapped = parse(file, request);
  EXPECT_TRUE(mapped.values[0]->is_mapped());
  EXPECT_FALSE(memory.values[0]->is_mapped());
  EXPECT_EQ(mapped.columns[1].kind, ColumnKind::truth);
  for (Index s = 0; s < 7; ++s)
    for (Index c = 0; c < 2; ++c) EXPECT_EQ(values(memory, s, c), values(mapped, s, c));
  EXPECT_EQ(mapped.value(3, 0, 49), 147);
  EXPECT_EQ(memory.notes, mapped.notes);
}

TEST(SetReader, BeginsTheForecastAfterTheLastTarget) {
  const std::string file =
      "unique_id,ds,y,promo\na,2024-01-01,1,0\na,2024-01-02,2,1\na,2024-01-03,,1\na,2024-01-04,,0\n"
      "b,2024-01-01,5,0\nb,2024-01-02,,0\nb,2024-01-03,7,1\nb,2024-01-04,,\n";
  const SeriesSet set = parse(file, {.known = {"promo"}});
  EXPECT_EQ(set.series[0].length, 2);
  EXPECT_EQ(set.series[0].planned, 2);
  EXPECT_EQ(set.value(0, 1, 2), 1);
  EXPECT_EQ(set.series[1].length, 3);
  EXPECT_EQ(set.series[1].planned, 0);
  EXPECT_TRUE(has_note(set, "plan: 2 steps")) << all(set.notes);
  EXPECT_TRUE(has_note(set, "1 steps after the last target hold nothing known ahead and were dropped in 1 of 2 series"))
      << all(set.notes);
  EXPECT_THROW(require_plan(set, 2), ValueError);
  const SeriesSet without = parse(file);  // nothing is known ahead: the rows behind the end are no plan
  EXPECT_EQ(without.series[0].planned, 0);
  EXPECT_TRUE(has_note(without, "not used: column 'promo'")) << all(without.notes);
}

TEST(SetReader, TakesThePlanFromASecondFile) {
  const std::string past =
      "shop,day,sold,promo\na,2024-01-01,1,0\na,2024-01-02,2,1\nb,2024-01-01,3,0\nb,2024-01-02,4,0\n";
  SetRequest request{.id = "shop", .targets = {"sold"}, .known = {"promo"}};
  request.future =
      written("future.csv", "promo,day,shop\n1,2024-01-03,a\n0,2024-01-04,a\n1,2024-01-03,b\n1,2024-01-03,c\n");
  const SeriesSet set = parse(past, request);
  EXPECT_EQ(shown(values(set, 0, 0)), (std::vector<double>{1, 2, -1, -1}));
  EXPECT_EQ(values(set, 0, 1), (std::vector<double>{0, 1, 1, 0}));
  EXPECT_TRUE(has_note(set, "1 rows of the plan are of series without a past and were left out, the first 'c'"))
      << all(set.notes);
  require_plan(set, 1);
  try {
    require_plan(set, 2);
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_NE(std::string(error.what())
                  .find("1 value is missing in 1 of 2 series, first column 'promo' for 2024-01-04 of "
                        "series 'b'"),
              std::string::npos)
        << error.what();
  }
  request.future = written("lacks.csv", "day,shop\n2024-01-03,a\n");
  EXPECT_NE(message(past, request).find("lacks.csv: no column 'promo'"), std::string::npos) << message(past, request);
}

TEST(SetReader, ReadsCategoriesTruthsAndStatics) {
  const std::string file =
      "unique_id,ds,y,weather,open,size,code\na,2024-01-01,1,sun,yes,5,7\na,2024-01-02,2,rain,no,,7\n"
      "b,2024-01-01,3,snow,yes,6,8\nb,2024-01-02,4,sun,yes,6,8\n";
  SetRequest request{.known = {"open"}, .past = {"weather"}, .fixed = {"size", "code"}, .categories = {"code"}};
  const SeriesSet set = parse(file, request);
  const SetColumn& weather = set.columns[set.column_index("weather")];
  EXPECT_EQ(weather.kind, ColumnKind::category);
  EXPECT_EQ(weather.categories, (std::vector<std::string>{"sun", "rain", "snow"}));
  EXPECT_EQ(values(set, 1, set.column_index("weather")), (std::vector<double>{3, 1}));
  EXPECT_EQ(set.columns[set.column_index("open")].kind, ColumnKind::truth);
  EXPECT_EQ(set.value(1, set.column_index("size"), 0), 6);
  EXPECT_EQ(set.columns[set.column_index("code")].category(2), "8");
  // Later files share the vocabulary; what is new is the unknown symbol, counted and told.
  request.like = &set;
  const SeriesSet later =
      parse("unique_id,ds,y,weather,open,size,code\na,2024-02-01,1,hail,no,5,7\na,2024-02-02,2,snow,no,5,7\n", request);
  EXPECT_EQ(values(later, 0, later.column_index("weather")), (std::vector<double>{0, 3}));
  EXPECT_TRUE(has_note(later,
                       "column 'weather': 1 cells hold categories that are new here and count as unknown, the "
                       "first 'hail' in x.csv row 2"))
      << all(later.notes);
}

TEST(SetReader, ReadsWideFiles) {
  const std::string file =
      "day,promo,north,south\n2024-01-01,0,1,\n2024-01-02,1,2,20\n2024-01-03,0,3,30\n2024-01-04,1,,\n";
  SetRequest request{.form = SetForm::wide, .known = {"promo"}};
  const SeriesSet set = parse(file, request);
  ASSERT_EQ(set.count(), 2);
  EXPECT_EQ(set.series[1].id, "south");
  EXPECT_EQ(set.series[1].start, 1);
  EXPECT_EQ(shown(values(set, 1, 0)), (std::vector<double>{20, 30, -1}));
  EXPECT_EQ(values(set, 0, 1), (std::vector<double>{0, 1, 0, 1}));
  EXPECT_EQ(set.series[0].planned, 1);
  EXPECT_EQ(parse(file, {.form = SetForm::wide, .targets = {"south"}}).count(), 1);
}

TEST(SetReader, ReadsOneSeriesARow) {
  SetRequest request{.form = SetForm::by_row, .fixed = {"region"}};
  const SeriesSet set = parse("V1,region,V2,V3,V4,V5\nH1,west,1,2,,4\nH2,east,5,6,,\n", request);
  EXPECT_EQ(shown(values(set, 0, 0)), (std::vector<double>{1, 2, -1, 4}));
  EXPECT_EQ(values(set, 1, 0), (std::vector<double>{5, 6}));
  EXPECT_EQ(set.columns[1].category(static_cast<Index>(set.value(1, 1, 0))), "east");
  EXPECT_TRUE(has_note(set, "time axis: each row is one step")) << all(set.notes);
  const SeriesSet dated = parse("page,2015-07-01,2015-07-02,2015-07-03\nx,1,2,3\ny,,5,6\n", {.form = SetForm::by_row});
  EXPECT_EQ(dated.stamp(1, 0), "2015-07-02");
}

TEST(SetReader, ReadsSeveralFiles) {
  const std::string one = written("one.csv", "unique_id,ds,y\na,2024-01-01,1\nb,2024-01-01,2\n");
  const std::string two = written("two.csv", "y,unique_id,ds\n3,a,2024-01-02\n4,b,2024-01-02\n");
  const SeriesSet set = read_series_set({one, two}, {});
  EXPECT_EQ(values(set, 0, 0), (std::vector<double>{1, 3}));
  const std::string north = written("north.csv", "ds,y\n2024-01-01,1\n2024-01-02,2\n");
  const std::string south = written("south.csv", "ds,y\n2024-01-02,8\n2024-01-03,9\n");
  const SeriesSet apart = read_series_set({north, south}, {});
  ASSERT_EQ(apart.count(), 2);
  EXPECT_EQ(apart.series[1].id, "south");
  EXPECT_EQ(apart.series[1].start, 1);
}

TEST(SetReader, KeepsTheCalendarOfEarlierData) {
  std::string file = "unique_id,ds,y\n";
  for (Index day = 19'723; day < 19'800; ++day)
    if (weekday_of(day) < 5)
      file += concat("a,", format_time(day * kTicksPerDay, parse_time("2024-01-01")->format), ",1\n");
  const SeriesSet trained = parse(file);
  SetRequest request;
  request.like = &trained;
  const SeriesSet later = parse("unique_id,ds,y\na,2024-05-02,1\na,2024-05-03,2\n", request);
  EXPECT_EQ(later.stamp(0, 2), "2024-05-06");
  EXPECT_EQ(parse("unique_id,ds,y\na,2024-05-03,1\n", request).stamp(0, 1), "2024-05-06");
}

TEST(SetReader, ReadsAWideFileOfTenThousandSeries) {
  constexpr int kColumns = 10'000;
  std::string file = "ds";
  for (int c = 0; c < kColumns; ++c) file += concat(",s", c);
  for (int t = 1; t < 5; ++t) {
    file += concat("\n2024-01-0", t);
    for (int c = 0; c < kColumns; ++c) file += concat(',', c * t);
  }
  const SeriesSet set = parse(file + "\n", {.form = SetForm::wide});
  ASSERT_EQ(set.count(), kColumns);
  EXPECT_EQ(set.value(9999, 0, 3), 9999 * 4);
}

TEST(SetReader, FindsBusinessDaysOfASetWithGaps) {
  std::string file = "unique_id,ds,y\n";
  for (const char* id : {"a", "b", "c"})
    for (Index day = 19'723; day < 19'900; ++day)
      if (weekday_of(day) < 5 && (day * 7 + id[0]) % 11 != 0)
        file += concat(id, ',', format_time(day * kTicksPerDay, parse_time("2024-01-01")->format), ',', day % 5, '\n');
  const SeriesSet set = parse(file);
  EXPECT_TRUE(has_note(set, "business days (Monday to Friday)")) << all(set.notes);
  EXPECT_GT(set.series[0].missing_rows, 5);
}

TEST(SetReader, FindsTheCalendarOfASet) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"30min", "2024-01-01 00:30"},
      {"6h", "2024-01-01 03:00"},
      {"1d", "2024-01-01"},
      {"1w", "2024-01-03"},
      {"business-day", "2024-01-01"},
      {"trading:MON-SAT 00:00", "2024-01-01"},
      {"trading:MON-FRI 09:30-16:00/30min", "2024-01-01 10:00"},
      {"month", "2024-01-15"},
      {"month-start", "2024-01-01"},
      {"month-end", "2024-01-31"},
      {"business-month-end", "2024-01-31"},
      {"quarter-end", "2024-03-31"}};
  for (const auto& [rule, first] : cases) {
    const TimeStamp stamp = *parse_time(first);
    const TimeAxis axis = axis_from(step_rule_from(rule), stamp.format, stamp.ticks);
    std::string file = "unique_id,ds,y\n";
    for (Index s = 0; s < 3; ++s)
      for (Index i = 10 * s; i < 300; ++i)
        if (i % 23 != 7 + s) file += concat('s', s, ',', axis.stamp(i), ",1\n");
    const SeriesSet set = parse(file);
    ASSERT_TRUE(set.calendar.axis) << rule;
    const std::string found = to_text(rule_of(*set.calendar.axis));
    EXPECT_EQ(found, rule) << all(set.notes);
    EXPECT_EQ(set.series[2].start, 20) << rule;
    EXPECT_EQ(set.stamp(0, set.series[0].length), axis.stamp(300)) << rule;
  }
}

TEST(SetReader, TakesTheCalendarThatIsAskedFor) {
  SetRequest request;
  request.calendar.step = step_rule_from("12h");
  EXPECT_EQ(parse(kShops, request).series[0].missing_rows, 4);
  request.calendar.step = step_rule_from("rows");
  const SeriesSet rows = parse(kShops, request);
  EXPECT_FALSE(rows.calendar.axis);
  EXPECT_EQ(rows.series[0].missing_rows, 0);
  EXPECT_EQ(rows.series[1].start, 0);
  request.calendar.step = step_rule_from("2d");
  EXPECT_NE(message(kShops, request).find("x.csv row 3: 2024-01-02 of series 'a' is not a step of the calendar"),
            std::string::npos)
      << message(kShops, request);
}

TEST(SetReader, MergesRowsOfOneStepAsAsked) {
  const std::string file =
      "unique_id,ds,y\na,2024-01-01,1\na,2024-01-02,2\na,2024-01-02,4\na,2024-01-03,5\na,2024-01-03,5\n";
  EXPECT_NE(message(file).find("x.csv row 3 and row 4: both are for 2024-01-02 of series 'a', with different values"),
            std::string::npos)
      << message(file);
  const std::vector<std::pair<Merge, double>> cases = {
      {Merge::first, 2}, {Merge::last, 4}, {Merge::mean, 3}, {Merge::sum, 6}};
  for (const auto& [how, expected] : cases) {
    SetRequest request;
    request.calendar.repeated = how;
    const SeriesSet set = parse(file, request);
    EXPECT_EQ(set.value(0, 0, 1), expected);
    EXPECT_EQ(set.value(0, 0, 2), how == Merge::sum ? 10 : 5);
    EXPECT_TRUE(has_note(set, "were merged by --repeated")) << all(set.notes);
  }
}

TEST(SetReader, Resamples) {
  std::string file = "unique_id,ds,y\n";
  for (int i = 1; i < 11; ++i)
    file += concat("a,2024-01-01 ", i / 2 < 10 ? "0" : "", i / 2, i % 2 ? ":30," : ":00,", i, "\n");
  SetRequest request;
  request.calendar.resample = step_rule_from("1h");
  const SeriesSet sums = parse(file, request);
  // 00:30 alone is half of its hour, and 05:00 of its.
  EXPECT_EQ(shown(values(sums, 0, 0)), (std::vector<double>{5, 9, 13, 17}));
  EXPECT_EQ(sums.stamp(0, 0), "2024-01-01 01:00");
  EXPECT_TRUE(has_note(sums, "2 sums rest on fewer rows than a step holds")) << all(sums.notes);
  request.calendar.resample_by = Merge::mean;
  EXPECT_EQ(values(parse(file, request), 0, 0), (std::vector<double>{1, 2.5, 4.5, 6.5, 8.5, 10}));
  request.calendar.resample = step_rule_from("15min");
  EXPECT_NE(message(file, request).find("shorter than the step of the rows, 1800 seconds"), std::string::npos)
      << message(file, request);
}

TEST(SetReader, ResamplesToMonthsAndWeeks) {
  std::string file = "unique_id,ds,y\n";
  for (Index day = 19'723; day < 19'723 + 91; ++day)  // January to March 2024
    file += concat("a,", format_time(day * kTicksPerDay, parse_time("2024-01-01")->format), ",1\n");
  SetRequest request;
  request.calendar.resample = step_rule_from("month");
  const SeriesSet months = parse(file, request);
  EXPECT_EQ(values(months, 0, 0), (std::vector<double>{31, 29, 31}));
  EXPECT_EQ(months.stamp(0, 1), "2024-02-01");
  request.calendar.resample = step_rule_from("1w");
  const SeriesSet weeks = parse(file, request);
  EXPECT_EQ(values(weeks, 0, 0), std::vector<double>(13, 7));
  EXPECT_EQ(weeks.stamp(0, 0), "2024-01-01");  // a Monday
}

TEST(SetReader, PutsLocalHoursIntoAZone) {
  std::string file = "unique_id,ds,y\n";
  int y = 0;
  for (const char* hour : {"00", "01", "02", "02", "03", "04"})
    file += concat("a,2023-10-29 ", hour, ":00,", ++y, '\n');
  EXPECT_NE(message(file).find("of hours that clocks repeat in autumn, with --zone"), std::string::npos)
      << message(file);
  SetRequest request;
  request.calendar.zone = "Europe/Berlin";
  const SeriesSet set = parse(file, request);
  EXPECT_EQ(values(set, 0, 0), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(set.stamp(0, 2), "2023-10-29 02:00");
  EXPECT_EQ(set.stamp(0, 3), "2023-10-29 02:00");
  EXPECT_EQ(set.stamp(0, 4), "2023-10-29 03:00");
  const std::string spring =
      "unique_id,ds,y\na,2024-03-31 00:00,1\na,2024-03-31 01:00,2\na,2024-03-31 03:00,3\na,2024-03-31 04:00,4\n";
  const SeriesSet no_gap = parse(spring, request);
  EXPECT_EQ(no_gap.series[0].missing_rows, 0);
  const std::string skipped =
      "unique_id,ds,y\na,2024-03-31 00:00,1\na,2024-03-31 01:00,2\na,2024-03-31 02:00,3\na,2024-03-31 "
      "03:00,5\na,2024-03-31 04:00,4\n";
  EXPECT_NE(message(skipped, request).find("x.csv row 4: there is no 2024-03-31 02:00 in Europe/Berlin"),
            std::string::npos)
      << message(skipped, request);
  request.calendar.repeated = Merge::mean;
  EXPECT_EQ(values(parse(skipped, request), 0, 0), (std::vector<double>{1, 2, 4, 4}));
}

TEST(SetReader, KeepsLocalDaysOfAZone) {
  // Midnights of Berlin, written in UTC offsets that change: days all the same.
  const std::string file =
      "unique_id,ds,y\na,2024-03-30T00:00:00+01:00,1\na,2024-03-31T00:00:00+01:00,2\na,2024-04-01T00:00:00+02:00,3\n"
      "a,2024-04-02T00:00:00+02:00,4\n";
  SetRequest request;
  request.calendar.zone = "Europe/Berlin";
  const SeriesSet set = parse(file, request);
  EXPECT_EQ(values(set, 0, 0), (std::vector<double>{1, 2, 3, 4}));
  EXPECT_TRUE(has_note(set, "daily, local time of Europe/Berlin")) << all(set.notes);
}

TEST(SetReader, LeavesOutSeriesWithoutATarget) {
  const SeriesSet set = parse("unique_id,ds,y\na,2024-01-01,\na,2024-01-02,\nb,2024-01-01,1\nb,2024-01-02,2\n");
  ASSERT_EQ(set.count(), 1);
  EXPECT_EQ(set.series[0].id, "b");
  EXPECT_TRUE(has_note(set, "1 series have no target and were left out, the first 'a'")) << all(set.notes);
}

TEST(SetReader, ReadsTheExampleOfAShopChain) {
  const std::string folder = std::string(RECURRA_SOURCE_DIR) + "/examples/data/";
  if (!std::filesystem::exists(folder + "shop_chain.csv")) GTEST_SKIP() << "needs " << folder;
  SetRequest request{
      .id = "shop", .targets = {"sold"}, .known = {"promo"}, .past = {"visitors"}, .fixed = {"kind", "area"}};
  request.future = folder + "shop_chain_plan.csv";
  SeriesSet set = read_series_set({folder + "shop_chain.csv"}, request);
  ASSERT_EQ(set.count(), 8);
  EXPECT_TRUE(has_note(set, "daily, closed on Sundays")) << all(set.notes);
  EXPECT_EQ(set.series[7].id, "New Town");
  EXPECT_EQ(set.stamp(7, 0), "2024-03-04");
  EXPECT_EQ(set.stamp(0, set.series[0].length), "2024-12-09");
  EXPECT_EQ(set.series[0].planned, 12);
  require_plan(set, 12);
  add_holidays(set, read_holidays(folder + "shop_chain_holidays.csv"), {.horizon = 12});
  EXPECT_EQ(set.columns.back().name, "holiday");
}

TEST(SetReader, ReadsTheM4Hourly) {
  const std::string path = shared("data/forecast/m4/Hourly-train.csv");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "needs " << path;
  const SeriesSet set = read_series_set({path}, {.form = SetForm::by_row});
  ASSERT_EQ(set.count(), 414);
  EXPECT_EQ(set.series[0].id, "H1");
  EXPECT_EQ(set.value(0, 0, 0), 605);
  Index shortest = 1 << 30, longest = 0;
  for (const SetEntry& entry : set.series) {
    shortest = std::min(shortest, entry.length);
    longest = std::max(longest, entry.length);
    EXPECT_EQ(entry.missing_rows + entry.missing_cells, 0);
  }
  EXPECT_EQ(shortest, 700);
  EXPECT_EQ(longest, 960);
}

TEST(SetReader, ReadsWhatPractitionersBring) {
  if (!std::filesystem::exists(shared("cases"))) GTEST_SKIP() << "needs " << shared("cases");
  const SeriesSet panel = read_series_set({shared("cases/panel_long.csv")}, {});
  EXPECT_GT(panel.count(), 1);
  const SeriesSet promo =
      read_series_set({shared("cases/promo_known_future.csv")}, {.targets = {"sales"}, .known = {"promo"}});
  EXPECT_EQ(promo.series[0].planned, 10);
  EXPECT_EQ(promo.stamp(0, promo.series[0].length), "2023-09-08");
  const SeriesSet mixed = read_series_set({shared("cases/categorical.csv")},
                                          {.targets = {"sales"}, .known = {"weekday", "promo"}, .past = {"temp"}});
  EXPECT_EQ(mixed.columns[mixed.column_index("weekday")].categories.size(), 7u);
  EXPECT_EQ(mixed.columns[mixed.column_index("promo")].kind, ColumnKind::truth);
}

}  // namespace
}  // namespace recurra
