// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "recurra/data/calendar.h"
#include "recurra/data/find_axis.h"
#include "recurra/data/time_stamps.h"

namespace recurra {
namespace {

TimeColumn times(const std::vector<std::string>& cells) {
  return parse_times(cells, [](Index row) { return "row " + std::to_string(row); });
}

TEST(TimeStamps, ReadsAndWritesTheSameText) {
  for (const std::string text :
       {"2024-02-29", "2024-02-29 23:30", "2024-02-29T23:30:15", "2024-02-29T23:30:15.25", "2024-02-29T23:30:00Z",
        "2024-02-29T23:30:00+02:00", "2024-02", "2024/02/29", "20240229"}) {
    const auto stamp = parse_time(text);
    ASSERT_TRUE(stamp) << text;
    EXPECT_EQ(format_time(stamp->ticks, stamp->format), text);
  }
}

TEST(TimeStamps, RefusesWhatIsNoDate) {
  for (const std::string text : {"2023-02-29", "2024-13-01", "30.02.2024", "2024-01-01 25:00", "12", "", "2024-01-01x"})
    EXPECT_FALSE(parse_time(text)) << text;
  EXPECT_THROW(times({"2024-01-01", "x"}), ValueError);
  EXPECT_THROW(times({"2024-01-01", ""}), ValueError);
  EXPECT_THROW(times({"2024-01-01", "7"}), ValueError);
}

TEST(TimeAxis, ContinuesBehindTheEnd) {
  const auto half_hours = times({"2024-02-28 23:00", "2024-02-28 23:30", "2024-02-29 00:30"});
  const auto axis = find_axis(half_hours.ticks, half_hours.format);
  ASSERT_TRUE(axis);
  EXPECT_EQ(axis->stamp(4), "2024-02-29 01:00");
  EXPECT_EQ(place_on(*axis, half_hours.ticks[2]), 3);
  const auto months = times({"2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"});
  const auto by_month = find_axis(months.ticks, months.format);
  ASSERT_TRUE(by_month && by_month->unit == TimeAxis::Unit::months);
  EXPECT_EQ(by_month->stamp(13), "2025-02-28");
  const auto odd = times({"2024-01-01", "2024-01-03", "2024-01-05", "2024-01-06"});
  EXPECT_FALSE(find_axis(odd.ticks, odd.format));
}

TEST(Calendar, CyclesFollowTheStep) {
  const auto column = times({"2024-01-01 00:00", "2024-01-01 06:00"});  // a Monday
  const auto axis = *find_axis(column.ticks, column.format);
  const auto cycles = calendar_cycles(axis);
  EXPECT_EQ(calendar_names(cycles), (std::vector<std::string>{"day_sin", "day_cos", "week_sin", "week_cos"}));
  const auto at_six = calendar_features(cycles, axis, 1);
  EXPECT_NEAR(at_six[0], 1, 1e-12);
  EXPECT_NEAR(at_six[1], 0, 1e-12);
  const auto next_week = calendar_features(cycles, axis, 29);
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(next_week[i], at_six[i], 1e-9);
}

}  // namespace
}  // namespace recurra
