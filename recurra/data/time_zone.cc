// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_zone.h"

#include "recurra/base/error.h"

#ifndef __EMSCRIPTEN__
#include <date/tz.h>

#include <algorithm>
#include <vector>

#include "recurra/data/nearest_name.h"
#include "recurra/data/number.h"
#endif

namespace recurra {

#ifdef __EMSCRIPTEN__

TimeZone::TimeZone(const std::string& name) : zone_(nullptr) {
  throw UnsupportedError(concat("time zone '", name, "': WebAssembly has no time zone database"));
}
std::int64_t TimeZone::to_local(std::int64_t utc_ticks) const {
  return utc_ticks;
}
LocalInstants TimeZone::to_utc(std::int64_t local_ticks) const {
  return {LocalInstants::Kind::once, local_ticks, 0};
}

#else
namespace {

using Ticks = std::chrono::microseconds;

const date::tzdb& zone_database() {
  try {
    return date::get_tzdb();
  } catch (const std::exception& error) {
    throw UnsupportedError(concat("the system's time zone database cannot be read (Debian's package tzdata): ",
                                  std::string_view(error.what())));
  }
}

}  // namespace

TimeZone::TimeZone(const std::string& name) {
  // Looked up here rather than by locate_zone, whose exception would cross into a program with a libgcc of its own.
  const auto& zones = zone_database().zones;
  const auto found =
      std::lower_bound(zones.begin(), zones.end(), name,
                       [](const date::time_zone& zone, const std::string& n) { return zone.name() < n; });
  if (found != zones.end() && found->name() == name) {
    zone_ = &*found;
    return;
  }
  std::vector<std::string> names;
  for (const date::time_zone& zone : zones) names.push_back(zone.name());
  const std::string meant = nearest_name(name, names);
  throw ValueError(concat(
      "there is no time zone ", quote_for_message(name),
      meant.empty() ? "; expected a name such as Europe/Berlin" : "; did you mean " + quote_for_message(meant) + "?"));
}

std::int64_t TimeZone::to_local(std::int64_t utc_ticks) const {
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  return zone->to_local(date::sys_time<Ticks>(Ticks(utc_ticks))).time_since_epoch().count();
}

LocalInstants TimeZone::to_utc(std::int64_t local_ticks) const {
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const date::local_info info = zone->get_info(date::local_time<Ticks>(Ticks(local_ticks)));
  const auto less = [&](std::chrono::seconds offset) { return local_ticks - Ticks(offset).count(); };
  LocalInstants out{LocalInstants::Kind::once, less(info.first.offset), less(info.second.offset)};
  if (info.result == date::local_info::ambiguous) out.kind = LocalInstants::Kind::repeated;
  if (info.result == date::local_info::nonexistent) out.kind = LocalInstants::Kind::skipped;
  return out;
}

#endif

}  // namespace recurra
