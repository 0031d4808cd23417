// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/axis_json.h"

#include "recurra/data/time_pattern.h"
#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

const Names<TimeAxis::Unit>& unit_names() {
  using Unit = TimeAxis::Unit;
  static const Names<Unit> names = {{"ticks", Unit::ticks}, {"months", Unit::months}, {"slots", Unit::slots}};
  return names;
}

const Names<TimeAxis::MonthDay>& month_day_names() {
  using Day = TimeAxis::MonthDay;
  static const Names<Day> names = {
      {"fixed", Day::fixed}, {"last_business", Day::last_business}, {"first_business", Day::first_business}};
  return names;
}

}  // namespace

nlohmann::json to_json(const TimeAxis& axis) {
  nlohmann::json json = {{"format", to_text(axis.format)},
                         {"zone_minutes", axis.format.zone_minutes},
                         {"unit", name_of(unit_names(), axis.unit)},
                         {"start", axis.start},
                         {"step", axis.step}};
  if (axis.unit == TimeAxis::Unit::months) {
    json["month_day"] = name_of(month_day_names(), axis.month_day);
    json["day_of_month"] = axis.day_of_month;
  }
  if (axis.unit == TimeAxis::Unit::slots) {
    json["weekdays"] = axis.weekdays;
    json["slots"] = axis.slots;
  }
  return json;
}

TimeAxis time_axis_from(const JsonReader& r) {
  constexpr std::int64_t kMax = std::int64_t{1} << 62;
  TimeAxis axis;
  axis.format = time_format_from(r.text("format"));
  axis.format.zone_minutes = static_cast<int>(r.integer("zone_minutes", -1440, 1440));
  axis.unit = r.one_of("unit", unit_names());
  axis.start = r.integer("start", -kMax, kMax);
  axis.step = r.integer("step", 1, kMax);
  if (axis.unit == TimeAxis::Unit::months) {
    axis.month_day = r.one_of("month_day", month_day_names());
    axis.day_of_month = static_cast<int>(r.integer("day_of_month", 1, 31));
  }
  if (axis.unit == TimeAxis::Unit::slots) {
    axis.weekdays = static_cast<unsigned>(r.integer("weekdays", 1, 0x7f));
    for (const double slot : r.numbers("slots")) {
      const bool ok = slot >= 0 && slot < static_cast<double>(kTicksPerDay) &&
                      (axis.slots.empty() || slot > static_cast<double>(axis.slots.back()));
      require<FormatError>(ok, "model: expected ascending times of day in \"slots\", found ", slot);
      axis.slots.push_back(static_cast<std::int64_t>(slot));
    }
    require<FormatError>(!axis.slots.empty(), "model: expected at least one time of day in \"slots\"");
  }
  return axis;
}

}  // namespace recurra
