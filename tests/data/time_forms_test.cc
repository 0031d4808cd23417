// SPDX-License-Identifier: Apache-2.0
// A calendar written in many forms, read back, and continued.
#include <gtest/gtest.h>

#include "recurra/base/random.h"
#include "recurra/data/find_axis.h"
#include "recurra/data/table.h"
#include "recurra/data/time_column.h"
#include "recurra/data/time_pattern.h"

namespace recurra::time_forms_test {
namespace {

constexpr std::int64_t kHour = 3600 * kTicksPerSecond;

std::vector<std::string> written(const TimeAxis& axis, Index rows) {
  std::vector<std::string> cells;
  for (Index i = 0; i < rows; ++i) cells.push_back(axis.stamp(i));
  return cells;
}

/// The axis that is found in a table with these cells and a column of numbers beside them.
TimeAxis found(const std::vector<std::string>& cells, const std::string& name = "date") {
  Table table("x.csv", {name, "x"});
  for (const std::string& cell : cells) table.add_row({cell, "17.25"});
  const FoundTimes times = find_times(table, {.rows = table.rows()});
  require(!times.columns.empty(), "no axis: ", times.why);
  const auto axis = find_axis(times.times.ticks, times.times.format);
  require(axis.has_value(), "irregular");
  return *axis;
}

std::string error_of(const std::vector<std::string>& cells, const std::string& name = "date") {
  try {
    found(cells, name);
  } catch (const ValueError& error) {
    return error.what();
  }
  return "no error";
}

struct Form {
  const char* pattern;
  std::int64_t step;
  Index rows;
};

class Forms : public testing::TestWithParam<Form> {};

TEST_P(Forms, AreReadBackAndContinued) {
  const Form form = GetParam();
  Random random(7, 0);
  for (int trial = 0; trial < 20; ++trial) {
    const std::int64_t day = *day_of(1975, 1, 1) + static_cast<std::int64_t>(random.uniform() * 20'000);
    TimeAxis axis{.format = time_format_from(form.pattern), .start = day * kTicksPerDay, .step = form.step};
    if (axis.format.has(TimePiece::Field::fraction)) axis.format.decimals = 3;
    if (axis.format.kind == TimeFormat::Kind::excel && form.step < kTicksPerDay) axis.format.decimals = 2;
    const auto cells = written(axis, form.rows);
    const TimeAxis read = found(cells);
    for (Index i = 0; i < form.rows + 40; ++i) {
      ASSERT_EQ(read.ticks(i), axis.ticks(i)) << form.pattern << ' ' << cells[0] << " step " << i;
      ASSERT_EQ(read.stamp(i), axis.stamp(i)) << form.pattern << ' ' << cells[0] << " step " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Days, Forms,
                         testing::Values(Form{"%d/%m/%Y", kTicksPerDay, 60}, Form{"%m/%d/%Y", kTicksPerDay, 60},
                                         Form{"%-d/%-m/%Y", kTicksPerDay, 60}, Form{"%-m/%-d/%Y", kTicksPerDay, 60},
                                         Form{"%d.%m.%Y", kTicksPerDay, 60}, Form{"%d-%m-%Y", kTicksPerDay, 60},
                                         Form{"%d/%m/%y", kTicksPerDay, 60}, Form{"%m/%d/%y", kTicksPerDay, 60},
                                         Form{"%Y.%m.%d", kTicksPerDay, 60}, Form{"%Y%m%d", kTicksPerDay, 60},
                                         Form{"%d %B %Y", kTicksPerDay, 60}, Form{"%-d %b %Y", kTicksPerDay, 60},
                                         Form{"%B %-d, %Y", kTicksPerDay, 60}, Form{"%d-%b-%Y", kTicksPerDay, 60},
                                         Form{"%d-%b-%y", kTicksPerDay, 60}, Form{"%d%b%Y", kTicksPerDay, 60},
                                         Form{"%Y-%b-%d", kTicksPerDay, 60}, Form{"%a %d %b %Y", kTicksPerDay, 60},
                                         Form{"%A, %B %-d, %Y", kTicksPerDay, 60}, Form{"%Y-%j", kTicksPerDay, 60},
                                         Form{"%G-W%V-%u", kTicksPerDay, 60}, Form{"excel", kTicksPerDay, 60},
                                         Form{"epoch-s", kTicksPerDay, 60}, Form{"epoch-ms", kTicksPerDay, 60},
                                         Form{"epoch-us", kTicksPerDay, 60}, Form{"epoch-ns", kTicksPerDay, 60}));

INSTANTIATE_TEST_SUITE_P(Times, Forms,
                         testing::Values(Form{"%d/%m/%Y %H:%M", kHour, 900}, Form{"%m/%d/%Y %-I:%M %p", kHour, 900},
                                         Form{"%d.%m.%Y %H:%M:%S", kHour / 4, 3500},
                                         Form{"%Y-%m-%dT%H:%M:%S%z", kHour, 80},
                                         Form{"%Y-%m-%d %H:%M:%S.%f", kHour, 80}, Form{"%Y%m%dT%H%M", kHour, 80},
                                         Form{"%Y%m%d%H%M", kHour, 80}, Form{"%Y%m%d%H", kHour, 80},
                                         Form{"%d%b%Y:%H:%M:%S", kHour, 80}, Form{"%B %-d, %Y %I:%M %p", kHour, 80},
                                         Form{"%Y/%m/%d %-H:%M", kHour / 2, 80}, Form{"epoch-s", kHour, 80},
                                         Form{"epoch-ms", kHour / 60, 80}, Form{"epoch-ns", kTicksPerSecond, 80},
                                         Form{"excel", kTicksPerDay / 4, 80}));

TEST(Forms, OfMonthsQuartersWeeksAndYears) {
  Random random(11, 0);
  struct Months {
    const char* pattern;
    std::int64_t step;
  };
  for (const auto& [pattern, step] :
       {Months{"%b %Y", 1}, Months{"%B %Y", 1}, Months{"%b-%y", 1}, Months{"%Y-%m", 1}, Months{"%m/%Y", 1},
        Months{"%Y-%b", 1}, Months{"%YM%m", 1}, Months{"%Y%m", 1}, Months{"%YQ%q", 3}, Months{"%Y-Q%q", 3},
        Months{"Q%q %Y", 3}, Months{"Q%q-%y", 3}, Months{"%qQ%Y", 3}, Months{"%Y", 12}, Months{"%d/%m/%Y", 1},
        Months{"%m/%d/%Y", 1}, Months{"%d.%m.%Y", 3}}) {
    for (int trial = 0; trial < 20; ++trial) {
      const CivilTime first{.months = 12 * (1975 + static_cast<Index>(random.uniform() * 25)) +
                                      step * static_cast<Index>(random.uniform() * 12 / static_cast<double>(step))};
      const TimeAxis axis{
          .format = time_format_from(pattern), .start = ticks_of(first), .step = step, .unit = TimeAxis::Unit::months};
      const auto cells = written(axis, 30);
      const TimeAxis read = found(cells);
      for (Index i = 0; i < 60; ++i) {
        ASSERT_EQ(read.ticks(i), axis.ticks(i)) << pattern << ' ' << cells[0];
        ASSERT_EQ(read.stamp(i), axis.stamp(i)) << pattern << ' ' << cells[0];
      }
    }
  }
  for (const char* pattern : {"%G-W%V", "%GW%V", "W%V-%G"}) {
    const TimeAxis axis{
        .format = time_format_from(pattern), .start = *day_of(2019, 12, 30) * kTicksPerDay, .step = 7 * kTicksPerDay};
    const TimeAxis read = found(written(axis, 60));
    EXPECT_EQ(read.stamp(53), axis.stamp(53));
    EXPECT_EQ(describe_step(read), "weekly");
  }
}

TEST(Forms, ShowWhatTheColumnAloneSettles) {
  // Whatever the first cells leave open: a value above 12, the step, dots, the other cells.
  EXPECT_EQ(found({"01/02/2023", "02/02/2023", "13/02/2023"}).stamp(1), "02/02/2023");
  EXPECT_EQ(describe_step(found({"01/11/2022", "01/12/2022", "01/01/2023", "01/02/2023"})), "monthly");
  EXPECT_EQ(found({"01.02.2023", "02.02.2023", "03.02.2023"}).stamp(3), "04.02.2023");
  EXPECT_EQ(found({"23-01-30", "23-01-31", "23-02-01"}).stamp(3), "23-02-02");
  for (const auto& open : {std::vector<std::string>{"01/02/2023", "02/02/2023", "03/02/2023"},
                           std::vector<std::string>{"1-2-2023", "1-3-2023", "1-4-2023"},
                           std::vector<std::string>{"01/02/2023 10:00", "01/02/2023 11:00"}}) {
    const std::string error = error_of(open);
    EXPECT_NE(error.find("--time-format"), std::string::npos) << error;
    EXPECT_NE(error.find("'%"), std::string::npos) << error;
  }
}

TEST(Forms, KeepMidnightLettersZonesAndOrdinals) {
  EXPECT_EQ(found({"2023-01-01 22:00", "2023-01-01 23:00", "2023-01-01 24:00", "2023-01-02 01:00"}).stamp(26),
            "2023-01-02 24:00");
  EXPECT_EQ(found({"JAN 2023", "FEB 2023"}).stamp(2), "MAR 2023");
  EXPECT_EQ(found({"31 december 2023", "1 january 2024"}).stamp(2), "2 january 2024");
  EXPECT_EQ(found({"May 2023", "June 2023"}).stamp(2), "July 2023");
  EXPECT_EQ(found({"1st March 2023", "2nd March 2023"}).stamp(2), "3rd March 2023");
  EXPECT_EQ(found({"2023-01-01 11:00 pm", "2023-01-02 12:00 am"}).stamp(2), "2023-01-02 01:00 am");
  EXPECT_EQ(found({"1/2/2023 11:00 a.m.", "1/2/2023 12:00 p.m.", "1/13/2023 12:00 p.m."}).stamp(2),
            "1/2/2023 1:00 p.m.");
  EXPECT_EQ(found({"2023-01-01 00:00 UTC", "2023-01-01 01:00 UTC"}).stamp(2), "2023-01-01 02:00 UTC");
  EXPECT_EQ(found({"2023-10-29 02:00 CEST", "2023-10-29 02:00 CET"}).stamp(2), "2023-10-29 03:00 CET");
  EXPECT_EQ(found({"2023-01-01T00:00+0100", "2023-01-01T01:00+0100"}).stamp(2), "2023-01-01T02:00+0100");
  EXPECT_EQ(found({"2023-01-01T00:00-05", "2023-01-01T01:00-05"}).stamp(2), "2023-01-01T02:00-05");
  EXPECT_EQ(found({"1685577600.5", "1685577601.0"}, "timestamp").stamp(2), "1685577601.5");
  EXPECT_NE(error_of({"2023-01-01 00:00 IST", "2023-01-01 01:00 IST"}).find("IST"), std::string::npos);
}

TEST(Forms, OfBareNumbersNeedANameAPlausibleSizeAndAStep) {
  const std::vector<std::string> epoch = {"1685577600", "1685581200", "1685584800"}, days = {"44927", "44928", "44929"};
  EXPECT_EQ(describe_step(found(epoch, "timestamp")), "hourly");
  EXPECT_EQ(describe_step(found(days, "Date")), "daily");
  EXPECT_EQ(describe_step(found({"1990", "1991", "1992"}, "year")), "yearly");
  EXPECT_EQ(found({"1990.0", "1991.0", "1992.0"}, "year").stamp(3), "1993.0");
  EXPECT_NE(error_of(epoch, "reading").find("no axis"), std::string::npos);
  EXPECT_NE(error_of(days, "visitors").find("no axis"), std::string::npos);
  EXPECT_NE(error_of({"44927", "51000", "44001"}, "date").find("no axis"), std::string::npos);
  EXPECT_NE(error_of({"1", "2", "3"}, "time").find("no axis"), std::string::npos);
  EXPECT_NE(error_of({"1990", "1991", "1992"}, "units").find("no axis"), std::string::npos);
}

TEST(Forms, ThatCannotBeReadAreRefusedByRow) {
  std::vector<std::string> cells;
  for (int day = 1; day <= 28; ++day) cells.push_back((day < 10 ? "2023-02-0" : "2023-02-") + std::to_string(day));
  for (const std::string bad : {"Total", "", "2023-02-30", "n/a", "45000"}) {
    for (const std::size_t row : {std::size_t{0}, std::size_t{13}, cells.size()}) {
      auto with = cells;
      with.insert(with.begin() + static_cast<std::ptrdiff_t>(row), bad);
      const std::string error = error_of(with);
      EXPECT_NE(error.find("row " + std::to_string(row + 2)), std::string::npos)
          << bad << " at " << row << ": " << error;
      EXPECT_NE(error.find("'" + bad + "'"), std::string::npos) << error;
    }
  }
  EXPECT_NE(error_of({"5. März 2023", "6. März 2023", "7. März 2023"}).find("--time-format"), std::string::npos);
  EXPECT_NE(error_of({"2023-31-01", "2023-30-01", "2023-29-01"}).find("--time-format"), std::string::npos);
  EXPECT_NE(error_of({"5 mars 2023", "6 mars 2023", "7 mars 2023"}, "x1").find("--time-format"), std::string::npos);
  const std::string zone = error_of({"2023-01-05T00:00+01:00[Europe/Berlin]", "2023-01-05T01:00+01:00[Europe/Berlin]"});
  EXPECT_NE(zone.find("--time-format"), std::string::npos) << zone;
  for (const char* text : {"Model 2023 v2", "10.0.0.1", "store 12", "12-34", "A-2023-1", "Mon", "3 of 5"})
    EXPECT_NE(error_of({text, text, text}, "note").find("no axis"), std::string::npos)
        << error_of({text, text}, "note");
}

TEST(Forms, OfSeveralColumnsAreJoined) {
  Table two("x.csv", {"Date", "Time", "x"});
  Table parts("x.csv", {"year", "month", "day", "hour", "x"});
  Table quarters("x.csv", {"Year", "Quarter", "x"});
  for (int hour = 0; hour < 30; ++hour) {
    const std::string day = std::to_string(1 + hour / 24), of_day = std::to_string(hour % 24);
    two.add_row({"0" + day + "/03/2023", of_day + ":00", "5"});
    parts.add_row({"2023", "3", day, of_day, "5"});
    quarters.add_row({std::to_string(2000 + hour / 4), "Q" + std::to_string(hour % 4 + 1), "5"});
  }
  const auto axis_of = [](const Table& table, const TimeRequest& request) {
    const FoundTimes times = find_times(table, request);
    return *find_axis(times.times.ticks, times.times.format);
  };
  EXPECT_THROW(axis_of(two, {.rows = 30}), ValueError);  // the first and the second of March, or of some months
  EXPECT_EQ(axis_of(two, {.format = "%d/%m/%Y %H:%M", .rows = 30}).stamp(30), "02/03/2023 6:00");
  EXPECT_EQ(axis_of(parts, {.rows = 30}).stamp(30), "2023-03-02 06:00");
  EXPECT_EQ(axis_of(parts, {.column = "year,month,day,hour", .rows = 30}).stamp(30), "2023-03-02 06:00");
  EXPECT_EQ(axis_of(quarters, {.rows = 30}).stamp(30), "2007-Q3");
  EXPECT_EQ(find_times(parts, {.rows = 30}).named(), "columns 'year', 'month', 'day' and 'hour'");
}

TEST(Forms, SayTheSameTimeOnceWrittenBack) {
  const std::vector<std::string> seeds = {"2024-02-29T23:30:15.25Z",
                                          "29/02/2024 11:30 PM",
                                          "5th March 2023 1:30 p.m.",
                                          "Sunday, March 5, 2023",
                                          "05MAR2023:13:30:00",
                                          "2023-W05-1",
                                          "1Q23",
                                          "Jan. 2023",
                                          "2024-02-29 24:00",
                                          "2024-02-29 01:00 UTC+2",
                                          "23-01-05",
                                          "202401312330",
                                          "2024-02-29 01:00:00,5 CEST",
                                          "1990M01",
                                          "2023-045",
                                          "3/4/2023 9h30"};
  constexpr std::string_view kLetters = "0123456789-/:. ,TZWQMaApPhut+'";
  Random random(13, 0);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random.uniform() * static_cast<double>(n)); };
  int read = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    std::string text = seeds[below(seeds.size())];
    for (std::size_t changes = below(3); changes > 0; --changes)
      text[below(text.size())] = kLetters[below(kLetters.size())];
    const auto stamp = parse_time(text);
    if (!stamp) continue;
    ++read;
    TimeFormat format = stamp->format;
    const std::string again = format_time(stamp->ticks, stamp->format);
    ASSERT_EQ(read_time(format, again), std::optional(stamp->ticks)) << text << " as " << again;
    ASSERT_EQ(time_format_from(to_text(format)).pieces.size(), format.pieces.size()) << text;
  }
  EXPECT_GT(read, 5000);
}

TEST(Patterns, AreCheckedAndWrittenBack) {
  for (const char* text :
       {"%d/%m/%Y", "%-d %B %Y", "%G-W%V", "%Y-Q%q", "%Y-%m-%d %I:%M %p", "epoch-ns", "excel", "%y%%%m"})
    EXPECT_EQ(to_text(time_format_from(text)), text);
  EXPECT_EQ(to_text(time_format_from("%F %T")), "%Y-%m-%d %H:%M:%S");
  EXPECT_EQ(describe(time_format_from("%d/%m/%Y %H:%M")), "day/month/year hour:minute");
  for (const char* text :
       {"", "%d/%m", "%Q", "%Y %", "%Y-%d", "%Y %H", "%Y-%m-%d %M", "%I:%M %Y-%m-%d", "%Y %Y", "unix"})
    EXPECT_THROW(time_format_from(text), ValueError) << text;
}

}  // namespace
}  // namespace recurra::time_forms_test
