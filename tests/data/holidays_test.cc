// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/holidays.h"

#include <gtest/gtest.h>

#include "recurra/data/csv.h"
#include "recurra/data/set_reader.h"
#include "recurra/data/time_stamps.h"
#include "recurra/data/window_source.h"

namespace recurra {
namespace {

Holidays german() {
  return holidays_from(
      parse_csv("date,name\n2024-05-01,May Day\n2024-05-09,Ascension\n2024-05-09,Europe Day\n", "h.csv"));
}

SeriesSet daily(const std::string& first, int days) {
  std::string file = "unique_id,ds,y\n";
  const TimeStamp begin = *parse_time(first);
  for (int t = 0; t < days; ++t)
    file += concat("a,", format_time(begin.ticks + t * kTicksPerDay, begin.format), ",1\n");
  return parse_series_set(file, "x.csv", {});
}

std::string name(const SeriesSet& set, Index t) {
  const Index c = set.column_index("holiday");
  return set.columns[static_cast<std::size_t>(c)].category(static_cast<Index>(set.value(0, c, t)));
}

std::string message(const std::string& file) {
  try {
    holidays_from(parse_csv(file, "h.csv"));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Holidays, AreAColumnThatIsKnownAhead) {
  SeriesSet set = daily("2024-04-29", 4);
  add_holidays(set, german(), {.horizon = 8});
  EXPECT_EQ(name(set, 0), "none");
  EXPECT_EQ(name(set, 1), "May Day -1");
  EXPECT_EQ(name(set, 2), "May Day");
  EXPECT_EQ(name(set, 3), "May Day +1");
  EXPECT_EQ(name(set, 10), "Ascension, Europe Day");  // beyond the last target
  EXPECT_EQ(set.steps(0, 1), 12);
  EXPECT_EQ(set.columns[1].role, Role::known);
  require_plan(set, 8);
  EXPECT_THROW(require_plan(set, 9), ValueError);
  const WindowSource windows(set, {.lookback = 2, .horizon = 7}, whole_range(set));
  const SetBatch batch = windows.gather(forecast_origins(set));
  EXPECT_EQ(set.columns[1].category(static_cast<Index>(batch.known[8])), "Ascension, Europe Day");
}

TEST(Holidays, KeepTheCodesOfTheDataTrainedOn) {
  SeriesSet trained = daily("2024-04-29", 4);
  add_holidays(trained, german(), {});
  SeriesSet later = daily("2024-12-23", 4);
  add_holidays(later, holidays_from(parse_csv("date,name\n2024-12-25,Christmas\n", "later.csv")),
               {.like = &trained.columns[1]});
  EXPECT_EQ(name(later, 0), "none");
  EXPECT_EQ(name(later, 2), "unknown");
  EXPECT_NE(later.notes.back().find("3 steps have holidays that are new here and count as unknown, the first "
                                    "'Christmas -1'"),
            std::string::npos)
      << later.notes.back();
}

TEST(Holidays, BelongToLocalDaysAndToLongSteps) {
  SeriesSet weekly = daily("2024-04-29", 21);
  weekly.calendar.axis->step = 7 * kTicksPerDay;
  add_holidays(weekly, german(), {});
  EXPECT_EQ(name(weekly, 0), "May Day");
  EXPECT_EQ(name(weekly, 1), "Ascension, Europe Day");
  EXPECT_EQ(name(weekly, 2), "none");
  SetRequest request;
  request.calendar.zone = "Europe/Berlin";
  SeriesSet zoned = parse_series_set(
      "unique_id,ds,y\na,2024-04-30T21:00Z,1\na,2024-04-30T22:00Z,1\na,2024-04-30T23:00Z,1\n", "x.csv", request);
  add_holidays(zoned, german(), {});
  EXPECT_EQ(name(zoned, 0), "May Day -1");  // 23:00 in Berlin
  EXPECT_EQ(name(zoned, 1), "May Day");
}

TEST(Holidays, NameTheRowOfABadDate) {
  EXPECT_NE(message("date,name\n2024-05-01,May Day\n2024-13-45,Nonsense\n").find("h.csv row 3, column 'date'"),
            std::string::npos)
      << message("date,name\n2024-05-01,May Day\n2024-13-45,Nonsense\n");
  EXPECT_NE(message("date,name\n2024-05-01,\n").find("row 2, column 'name': expected the name of a holiday"),
            std::string::npos);
  EXPECT_NE(message("date,name\nsoon,May Day\nlater,Easter\n").find("no column holds the dates"), std::string::npos);
  EXPECT_EQ(holidays_from(parse_csv("2024-05-01\n2024-05-09\n", "h.csv")).days.size(), 2u);
}

TEST(Holidays, NeedDates) {
  SeriesSet rows = set_of_one({"x.csv", {"y"}, {{1, 2}}, {}, {}}, "x", 1);
  EXPECT_THROW(add_holidays(rows, german(), {}), ValueError);
  SeriesSet twice = daily("2024-04-29", 4);
  add_holidays(twice, german(), {});
  EXPECT_THROW(add_holidays(twice, german(), {}), ValueError);
}

}  // namespace
}  // namespace recurra
