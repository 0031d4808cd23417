// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_names.h"

#include <algorithm>
#include <array>

#include "recurra/data/utf8.h"

namespace recurra {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                       "Friday", "Saturday", "Sunday"};

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr std::array<Zone, 27> kZones = {
    {{"utc", 0},    {"gmt", 0},    {"z", 0},      {"wet", 0},    {"west", 60},   {"cet", 60},    {"cest", 120},
     {"eet", 120},  {"eest", 180}, {"msk", 180},  {"jst", 540},  {"awst", 480},  {"acdt", 630},  {"aest", 600},
     {"aedt", 660}, {"nzst", 720}, {"nzdt", 780}, {"hst", -600}, {"akst", -540}, {"akdt", -480}, {"pst", -480},
     {"pdt", -420}, {"mst", -420}, {"mdt", -360}, {"est", -300}, {"edt", -240},  {"brt", -180}}};
constexpr std::array<std::string_view, 7> kAmbiguousZones = {"ist", "cst", "cdt", "bst", "ast", "gst", "sst"};

/// The index of the name that equals `name`, or begins with it if that has 3 to `most` letters; else -1.
template <std::size_t N>
int place_of(std::string_view name, const std::array<std::string_view, N>& names, std::size_t most) {
  const std::string lower = lower_ascii(name);
  for (std::size_t i = 0; i < N; ++i) {
    const std::string full = lower_ascii(names[i]);
    if (lower == full) return static_cast<int>(i);
    if (lower.size() >= 3 && lower.size() <= most && full.starts_with(lower)) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

int month_of(std::string_view name) {
  const int place = place_of(name, kMonths, 3);
  if (place >= 0) return place + 1;
  return lower_ascii(name) == "sept" ? 9 : -1;
}

int weekday_of(std::string_view name) {
  constexpr std::size_t kLongestShort = 5;  // Tues, Thurs
  return place_of(name, kWeekdays, kLongestShort);
}

std::string_view month_name(int month) {
  return kMonths[static_cast<std::size_t>(month - 1)];
}
std::string_view weekday_name(int weekday) {
  return kWeekdays[static_cast<std::size_t>(weekday)];
}

std::optional<int> zone_minutes_of(std::string_view name) {
  const std::string lower = lower_ascii(name);
  const auto found = std::find_if(kZones.begin(), kZones.end(), [&](const Zone& zone) { return zone.name == lower; });
  return found == kZones.end() ? std::nullopt : std::optional(found->minutes);
}

bool is_ambiguous_zone(std::string_view name) {
  return std::find(kAmbiguousZones.begin(), kAmbiguousZones.end(), lower_ascii(name)) != kAmbiguousZones.end();
}

}  // namespace recurra
