// SPDX-License-Identifier: Apache-2.0
// Words within time stamps: English names of months and weekdays, and abbreviations of time zones. Example:
//
//   const int month = recurra::month_of("sept");                              // 9
//   const std::optional<int> minutes = recurra::zone_minutes_of("CEST");      // 120
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace recurra {

/// The month from 1, or the weekday from 0 (Monday), of a short or full name in any case; else -1.
int month_of(std::string_view name);
int weekday_of(std::string_view name);

/// "March", "Sunday".
std::string_view month_name(int month);
std::string_view weekday_name(int weekday);

/// Minutes by which a zone is ahead of UTC; empty for names that are unknown or that mean different zones in different
/// countries (IST, CST, BST).
std::optional<int> zone_minutes_of(std::string_view name);
/// Whether a name is the abbreviation of several zones.
bool is_ambiguous_zone(std::string_view name);

}  // namespace recurra
