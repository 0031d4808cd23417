// SPDX-License-Identifier: Apache-2.0
// Axes that follow a calendar: business days, closed weekdays, trading hours, ends of months.
#include <gtest/gtest.h>

#include "recurra/base/random.h"
#include "recurra/data/calendar.h"
#include "recurra/data/find_axis.h"
#include "recurra/data/time_pattern.h"

namespace recurra {
namespace {

constexpr std::int64_t kMinute = 60 * kTicksPerSecond;

TimeFormat minutes() {
  return time_format_from("%Y-%m-%d %H:%M");
}

/// The stamps of some places, each left out with a probability.
std::vector<std::int64_t> thinned(const TimeAxis& axis, Index rows, double missing, Random& random) {
  std::vector<std::int64_t> ticks;
  for (Index i = 0; i < rows; ++i)
    if (i == 0 || random.uniform() >= missing) ticks.push_back(axis.ticks(i));
  return ticks;
}

TimeAxis timetable(unsigned weekdays, std::vector<std::int64_t> slots, std::int64_t day) {
  while ((weekdays >> weekday_of(day) & 1u) == 0) ++day;
  TimeAxis axis{
      .format = minutes(), .start = day * kTicksPerDay + slots[0], .step = kTicksPerDay, .unit = TimeAxis::Unit::slots};
  axis.weekdays = weekdays;
  axis.slots = std::move(slots);
  return axis;
}

void expect_found(const TimeAxis& axis, Index rows, double missing, Random& random) {
  const auto ticks = thinned(axis, rows, missing, random);
  const auto found = find_axis(ticks, axis.format);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->unit, axis.unit) << describe_step(axis) << " from " << axis.stamp(0) << " is "
                                    << describe_step(*found);
  for (Index i = 0; i < rows + 50; ++i)
    ASSERT_EQ(found->ticks(i), axis.ticks(i)) << describe_step(axis) << " from " << axis.stamp(0);
  for (const std::int64_t tick : ticks) EXPECT_EQ(found->ticks(*place_on(*found, tick)), tick);
}

TEST(CalendarAxis, FindsTimetables) {
  Random random(5, 0);
  for (int trial = 0; trial < 20; ++trial) {
    const auto day = static_cast<std::int64_t>(random.uniform() * 20'000);
    const double missing = trial % 2 == 0 ? 0 : 0.05;
    for (const unsigned weekdays : {0x1fu, 0x3fu, 0x4fu, 0x15u, 0x7eu})
      expect_found(timetable(weekdays, {0}, day), 90, missing, random);
    std::vector<std::int64_t> bars, lunch;
    for (int bar = 0; bar < 13; ++bar) bars.push_back((570 + 30 * bar) * kMinute);
    for (const int minute : {570, 600, 630, 660, 780, 810, 840, 870}) lunch.push_back(minute * kMinute);
    for (const unsigned weekdays : {0x1fu, 0x7fu, 0x3fu}) {
      expect_found(timetable(weekdays, bars, day), 200, missing, random);
      expect_found(timetable(weekdays, lunch, day), 200, missing, random);
    }
  }
}

TEST(CalendarAxis, TakesNoAccidentForATimetable) {
  Random random(6, 0);
  int wrong = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const TimeAxis daily{.format = minutes(), .start = trial * kTicksPerDay, .step = kTicksPerDay};
    const TimeAxis hourly{.format = minutes(), .start = trial * kTicksPerDay, .step = 60 * kMinute};
    for (const double missing : {0.1, 0.3, 0.5})
      for (const auto& [axis, rows] :
           std::vector<std::pair<TimeAxis, Index>>{{daily, 25}, {daily, 100}, {hourly, 60}, {hourly, 500}}) {
        const auto found = find_axis(thinned(axis, rows, missing, random), axis.format);
        wrong += found && found->unit != TimeAxis::Unit::ticks ? 1 : 0;
      }
  }
  EXPECT_LE(wrong, 12);                                                                       // of 2400
  const TimeAxis week{.format = minutes(), .start = 4 * kTicksPerDay, .step = kTicksPerDay};  // Monday to Friday, once
  EXPECT_EQ(find_axis(thinned(week, 5, 0, random), week.format)->unit, TimeAxis::Unit::ticks);
}

TEST(CalendarAxis, KeepsTheRuleOfMonths) {
  const std::vector<std::tuple<std::vector<std::string>, std::string, std::string>> kCases = {
      {{"2024-02-29", "2024-03-31", "2024-04-30"}, "2024-05-31", "monthly, last day of the month"},
      {{"2023-02-28", "2023-03-31", "2023-04-30"}, "2023-05-31", "monthly, last day of the month"},
      {{"2023-01-30", "2023-02-28", "2023-03-30"}, "2023-04-30", "monthly"},
      {{"2023-06-30", "2023-09-30", "2023-12-31"}, "2024-03-31", "quarterly, last day of the month"},
      {{"2021-02-28", "2022-02-28", "2023-02-28"}, "2024-02-29", "yearly, last day of the month"},
      {{"2024-01-31", "2024-02-29", "2024-03-29", "2024-04-30"},
       "2024-05-31",
       "monthly, last business day of the month"},
      {{"2023-03-31", "2023-06-30", "2023-09-29", "2023-12-29"},
       "2024-03-29",
       "quarterly, last business day of the month"},
      {{"2023-12-01", "2024-01-01", "2024-02-01", "2024-03-01"}, "2024-04-01", "monthly"},
      {{"2024-05-01", "2024-06-03", "2024-07-01", "2024-08-01"},
       "2024-09-02",
       "monthly, first business day of the month"}};
  for (const auto& [dates, following, words] : kCases) {
    TimeFormat format = time_format_from("%Y-%m-%d");
    std::vector<std::int64_t> ticks;
    for (const std::string& date : dates) ticks.push_back(*read_time(format, date));
    const auto axis = find_axis(ticks, format);
    ASSERT_TRUE(axis) << dates[0];
    EXPECT_EQ(axis->stamp(static_cast<Index>(dates.size())), following);
    EXPECT_EQ(describe_step(*axis), words);
  }
}

TEST(CalendarAxis, KeepsTheTimetableOfEarlierData) {
  const TimeAxis business = timetable(0x1f, {0}, 19'000);
  std::vector<std::int64_t> few;
  for (Index i = 0; i < 4; ++i) few.push_back(business.ticks(i + 3));
  const auto alone = find_axis(few, business.format), like = find_axis(few, business.format, &business);
  EXPECT_EQ(alone->unit, TimeAxis::Unit::ticks);
  EXPECT_EQ(like->ticks(9), business.ticks(12));
  std::vector<std::int64_t> saturday = {business.ticks(4), business.ticks(4) + kTicksPerDay};
  while (weekday_of(saturday[1] / kTicksPerDay) != 5)
    for (std::int64_t& tick : saturday) tick += kTicksPerDay;
  EXPECT_EQ(find_axis(saturday, business.format, &business)->unit, TimeAxis::Unit::ticks);
}

TEST(CalendarAxis, KnowsWhereItStandsInTheWeek) {
  const TimeAxis business = timetable(0x1f, {0}, 19'000);
  const auto cycles = calendar_cycles(business);
  EXPECT_EQ(calendar_names(cycles), (std::vector<std::string>{"week_sin", "week_cos", "year_sin", "year_cos"}));
  const auto now = calendar_features(cycles, business, 2), next_week = calendar_features(cycles, business, 7);
  EXPECT_NEAR(now[0], next_week[0], 1e-12);
  EXPECT_NEAR(now[1], next_week[1], 1e-12);
  const TimeAxis hours = timetable(0x1f, {9 * 60 * kMinute, 10 * 60 * kMinute}, 19'000);
  EXPECT_EQ(calendar_names(cycles).size(), calendar_features(cycles, hours, 3).size());
}

TEST(CalendarAxis, RefusesTimesThatCannotBeWritten) {
  const TimeAxis business = timetable(0x1f, {0}, 19'000);
  const TimeAxis months{.format = minutes(), .start = 0, .step = 1, .unit = TimeAxis::Unit::months};
  const TimeAxis days{.format = minutes(), .start = 0, .step = kTicksPerDay};
  for (const TimeAxis& axis : {business, months, days})
    for (const Index i : {Index{100'000'000}, Index{1} << 60, -(Index{1} << 60)})
      EXPECT_THROW(axis.ticks(i), ValueError);
}

}  // namespace
}  // namespace recurra
