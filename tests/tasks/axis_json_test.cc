// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/axis_json.h"

#include <gtest/gtest.h>

#include "recurra/data/time_pattern.h"
#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

TEST(AxisJson, ReadsWhatItWrites) {
  TimeAxis days{.format = time_format_from("%-d/%-m/%Y"), .start = 19'000 * kTicksPerDay, .step = kTicksPerDay};
  days.format.zone_minutes = 60;
  TimeAxis months = days, slots = days;
  months.unit = TimeAxis::Unit::months;
  months.step = 3;
  months.month_day = TimeAxis::MonthDay::last_business;
  slots.unit = TimeAxis::Unit::slots;
  slots.weekdays = 0x1f;
  slots.slots = {9 * 3600 * kTicksPerSecond, 10 * 3600 * kTicksPerSecond};
  slots.start = 19'002 * kTicksPerDay + slots.slots[1] - 3600 * kTicksPerSecond;
  for (const TimeAxis& axis : {days, months, slots}) {
    const nlohmann::json json = to_json(axis);
    const TimeAxis read = time_axis_from(JsonReader(json, "the model"));
    for (Index i = 0; i < 40; ++i) ASSERT_EQ(read.stamp(i), axis.stamp(i));
    EXPECT_EQ(to_json(read), json);
  }
}

TEST(AxisJson, RefusesWhatIsNoAxis) {
  const TimeAxis days{.format = time_format_from("%Y-%m-%d"), .start = 0, .step = kTicksPerDay};
  const auto refuses = [](nlohmann::json json, const char* key, const nlohmann::json& value) {
    json[key] = value;
    EXPECT_THROW(time_axis_from(JsonReader(json, "the model")), Error) << json.dump();
  };
  refuses(to_json(days), "step", 0);
  refuses(to_json(days), "unit", "hours");
  refuses(to_json(days), "format", "%d");
  TimeAxis slots = days;
  slots.unit = TimeAxis::Unit::slots;
  slots.slots = {0};
  refuses(to_json(slots), "weekdays", 0);
  for (const char* times : {"[]", "[5, 5]", "[-1]", "[1e12]"})
    refuses(to_json(slots), "slots", nlohmann::json::parse(times));
}

}  // namespace
}  // namespace recurra
