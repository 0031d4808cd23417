// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/set_calendar.h"

#include "recurra/data/time_zone.h"

namespace recurra {

std::string SetCalendar::stamp(Index place) const {
  if (!axis) return concat(place + 1);
  const std::int64_t ticks = axis->ticks(place);
  if (!is_zoned()) return format_time(ticks, axis->format);
  const std::int64_t local = TimeZone(zone).to_local(ticks);
  TimeFormat format = axis->format;
  if (format.zone == TimeFormat::Zone::none) return format_time(local, format);
  format.zone_minutes = static_cast<int>((local - ticks) / (60 * kTicksPerSecond));
  return format_time(ticks, format);
}

std::string SetCalendar::describe() const {
  if (!axis) return "each row is one step";
  return describe_step(*axis) + (zone.empty() ? "" : ", local time of " + zone);
}

}  // namespace recurra
