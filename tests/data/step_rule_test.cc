// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/step_rule.h"

#include <gtest/gtest.h>

#include "recurra/data/find_axis.h"
#include "recurra/data/set_calendar.h"
#include "recurra/data/time_stamps.h"
#include "recurra/data/time_zone.h"

namespace recurra::step_rule_test {
namespace {

std::int64_t at(const std::string& stamp) {
  return parse_time(stamp)->ticks;
}
std::string text(std::int64_t ticks) {
  return format_time(ticks, parse_time("2024-01-31 00:00")->format);
}
TimeAxis axis(const std::string& rule, const std::string& first) {
  return axis_from(step_rule_from(rule), parse_time("2024-01-31 00:00")->format, at(first));
}
std::string message(const std::string& rule) {
  try {
    step_rule_from(rule);
  } catch (const ValueError& error) {
    return error.what();
  }
  return "";
}

TEST(StepRule, IsPrintedAsItIsRead) {
  for (const char* rule : {"1h",
                           "30min",
                           "15s",
                           "250ms",
                           "1d",
                           "2w",
                           "business-day",
                           "month",
                           "month-end",
                           "month-start",
                           "2month",
                           "business-month-end",
                           "business-month-start",
                           "quarter",
                           "quarter-end",
                           "business-quarter-end",
                           "year",
                           "rows",
                           "trading:MON-FRI 09:30-16:00/30min",
                           "trading:MON-WED,FRI 08:00-20:00/1h",
                           "trading:MON-SUN 06:00,18:30",
                           "trading:MON-SAT 00:00"})
    EXPECT_EQ(to_text(step_rule_from(rule)), rule);
  EXPECT_EQ(to_text(step_rule_from("60min")), "1h");
  EXPECT_EQ(to_text(step_rule_from("h")), "1h");
  EXPECT_EQ(to_text(step_rule_from("trading:mon-fri 9:30-16:00/60min")), "trading:MON-FRI 09:30-16:30/1h");
}

TEST(StepRule, SaysWhichPartIsNotUnderstood) {
  EXPECT_NE(message("1 fortnight").find("unknown unit ' fortnight'; expected 1h, 30min"), std::string::npos);
  EXPECT_NE(message("0h").find("from 1 to 999999"), std::string::npos);
  EXPECT_NE(message("").find("unknown unit ''"), std::string::npos);
  EXPECT_NE(message("business-month").find("unknown unit"), std::string::npos);
  EXPECT_NE(message("trading:MON-FRX 09:30-16:00/30min").find("unknown day 'FRX'"), std::string::npos);
  EXPECT_NE(message("trading:MON-FRI").find("a blank and hours"), std::string::npos);
  EXPECT_NE(message("trading:MON-FRI 9:75-16:00/30min").find("such as 09:30, found '9:75'"), std::string::npos);
  EXPECT_NE(message("trading:MON-FRI 16:00-09:30/30min").find("end after they begin"), std::string::npos);
  EXPECT_NE(message("trading:MON-FRI 00:00-24:00/1ms").find("more than 86400"), std::string::npos);
  EXPECT_NE(message("trading:MON-FRI 12:00,09:00").find("must rise"), std::string::npos);
}

TEST(StepRule, WalksOnBusinessDays) {
  const TimeAxis days = axis("business-day", "2024-02-02");  // a Friday
  EXPECT_EQ(text(days.ticks(1)), "2024-02-05 00:00");
  EXPECT_EQ(text(next_step(days, at("2024-02-03"))), "2024-02-05 00:00");
  EXPECT_EQ(text(previous_step(days, at("2024-02-04"))), "2024-02-02 00:00");
  EXPECT_EQ(text(previous_step(days, at("2024-02-02"))), "2024-02-01 00:00");
  EXPECT_EQ(steps_between(days, at("2024-02-02"), at("2024-02-12")), 6);
  EXPECT_EQ(steps_between(days, at("2024-02-12"), at("2024-02-02")), -6);
  EXPECT_THROW(axis("business-day", "2024-02-03"), ValueError);
}

TEST(StepRule, WalksOnTradingHours) {
  const TimeAxis hours = axis("trading:MON-FRI 09:30-16:00/30min", "2024-02-02 15:30");
  EXPECT_EQ(hours.slots.size(), 13u);
  EXPECT_EQ(text(hours.ticks(1)), "2024-02-05 09:30");
  EXPECT_EQ(place_on(hours, at("2024-02-05 10:00")), 2);
  EXPECT_EQ(place_on(hours, at("2024-02-05 16:00")), std::nullopt);
  EXPECT_EQ(text(next_step(hours, at("2024-02-05 16:10"))), "2024-02-06 09:30");
}

TEST(StepRule, WalksOnMonths) {
  const TimeAxis ends = axis("month-end", "2024-01-31");
  EXPECT_EQ(text(ends.ticks(1)), "2024-02-29 00:00");
  EXPECT_EQ(text(next_step(ends, at("2024-02-29"))), "2024-03-31 00:00");
  EXPECT_EQ(floor_place(ends, at("2024-02-28")), 0);
  const TimeAxis business = axis("business-month-end", "2024-02-29");
  EXPECT_EQ(text(business.ticks(1)), "2024-03-29 00:00");
  EXPECT_EQ(text(business.ticks(4)), "2024-06-28 00:00");
  EXPECT_EQ(steps_between(business, at("2024-02-29"), at("2025-02-28")), 12);
  const TimeAxis quarters = axis("quarter", "2023-11-15");
  EXPECT_EQ(text(quarters.ticks(1)), "2024-02-15 00:00");
  EXPECT_EQ(text(next_step(quarters, at("2024-02-15"))), "2024-05-15 00:00");
}

TEST(StepRule, WalksByTheClock) {
  const TimeAxis hours = axis("6h", "2024-01-01 03:00");
  EXPECT_EQ(text(next_step(hours, at("2024-01-01 03:00"))), "2024-01-01 09:00");
  EXPECT_EQ(text(previous_step(hours, at("2024-01-01 03:00"))), "2023-12-31 21:00");
  EXPECT_EQ(floor_place(hours, at("2024-01-01 02:59")), -1);
}

TEST(StepRule, NamesTheRuleOfAnAxisThatWasFound) {
  std::vector<std::int64_t> fridays_out;
  for (std::int64_t day = 19'700; day < 19'900; ++day)
    if (weekday_of(day) < 5) fridays_out.push_back(day * kTicksPerDay);
  const auto found = find_axis(fridays_out, parse_time("2024-01-31")->format);
  ASSERT_TRUE(found);
  EXPECT_EQ(to_text(rule_of(*found)), "business-day");
}

TEST(TimeZone, KnowsRepeatedAndSkippedHours) {
  const TimeZone berlin("Europe/Berlin");
  const LocalInstants noon = berlin.to_utc(at("2024-07-01 12:00"));
  EXPECT_EQ(noon.kind, LocalInstants::Kind::once);
  EXPECT_EQ(text(noon.first), "2024-07-01 10:00");
  EXPECT_EQ(text(berlin.to_local(noon.first)), "2024-07-01 12:00");
  const LocalInstants autumn = berlin.to_utc(at("2023-10-29 02:30"));
  EXPECT_EQ(autumn.kind, LocalInstants::Kind::repeated);
  EXPECT_EQ(text(autumn.first), "2023-10-29 00:30");
  EXPECT_EQ(text(autumn.second), "2023-10-29 01:30");
  const LocalInstants spring = berlin.to_utc(at("2024-03-31 02:30"));
  EXPECT_EQ(spring.kind, LocalInstants::Kind::skipped);
  EXPECT_EQ(text(berlin.to_local(spring.first)), "2024-03-31 03:30");
}

TEST(TimeZone, KnowsAliasesAndUtc) {
  const std::int64_t noon = at("2024-07-01 12:00");
  EXPECT_EQ(TimeZone("UTC").to_local(noon), noon);
  EXPECT_EQ(TimeZone("US/Eastern").to_local(noon), TimeZone("America/New_York").to_local(noon));
  EXPECT_EQ(text(TimeZone("Asia/Kolkata").to_local(noon)), "2024-07-01 17:30");
  EXPECT_THROW(TimeZone(""), ValueError);
  EXPECT_THROW(TimeZone("../../etc/passwd"), ValueError);
}

TEST(TimeZone, NamesTheNearestOfThoseThatExist) {
  try {
    TimeZone zone("Europe/Berln");
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "there is no time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?");
  }
}

TEST(SetCalendar, WritesTheLocalTimesOfItsZone) {
  TimeFormat format = parse_time("2024-01-31 00:00")->format;
  SetCalendar calendar{TimeAxis{.format = format, .start = at("2024-03-31 00:00"), .step = 3600 * kTicksPerSecond},
                       "Europe/Berlin"};
  EXPECT_EQ(calendar.stamp(0), "2024-03-31 01:00");
  EXPECT_EQ(calendar.stamp(1), "2024-03-31 03:00");  // there is no 02:00
  EXPECT_EQ(calendar.describe(), "hourly, local time of Europe/Berlin");
  calendar.axis->format = parse_time("2024-01-31 00:00+01:00")->format;
  EXPECT_EQ(calendar.stamp(1), "2024-03-31 03:00+02:00");
  calendar.axis->step = kTicksPerDay;  // days are those of the stamps
  EXPECT_FALSE(calendar.is_zoned());
  EXPECT_EQ(SetCalendar{}.stamp(4), "5");
}

}  // namespace
}  // namespace recurra::step_rule_test
