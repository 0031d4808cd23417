// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/calendar.h"

#include <cmath>
#include <numbers>

namespace recurra {
namespace {

/// The phase of a time within its cycle, in [0, 1).
double phase(Cycle cycle, const CivilTime& time) {
  const double day = static_cast<double>(time.ticks_of_day) / static_cast<double>(kTicksPerDay);
  switch (cycle) {
    case Cycle::day:
      return day;
    case Cycle::week:
      return (time.weekday + day) / 7;
    case Cycle::year:
      break;
  }
  return (time.day_of_year + day) / 366;
}

}  // namespace

std::vector<Cycle> calendar_cycles(const TimeAxis& axis) {
  if (!axis.format.is_calendar()) return {};
  if (axis.unit == TimeAxis::Unit::months || axis.step >= 7 * kTicksPerDay) return {Cycle::year};
  if (axis.step >= kTicksPerDay) return {Cycle::week, Cycle::year};
  return {Cycle::day, Cycle::week};
}

std::vector<std::string> calendar_names(const std::vector<Cycle>& cycles) {
  std::vector<std::string> names;
  for (const Cycle cycle : cycles) {
    const std::string name = cycle == Cycle::day ? "day" : cycle == Cycle::week ? "week" : "year";
    names.push_back(name + "_sin");
    names.push_back(name + "_cos");
  }
  return names;
}

std::vector<double> calendar_features(const std::vector<Cycle>& cycles, const TimeAxis& axis, Index i,
                                      const TimeZone* zone) {
  const std::int64_t ticks = axis.ticks(i);
  const CivilTime time = zone ? civil_time(zone->to_local(ticks)) : civil_time(ticks, axis.format.zone_minutes);
  std::vector<double> out;
  for (const Cycle cycle : cycles) {
    const double angle = 2 * std::numbers::pi * phase(cycle, time);
    out.push_back(std::sin(angle));
    out.push_back(std::cos(angle));
  }
  return out;
}

}  // namespace recurra
