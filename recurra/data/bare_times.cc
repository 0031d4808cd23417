// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/bare_times.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "recurra/data/find_axis.h"
#include "recurra/data/number.h"
#include "recurra/data/text_cursor.h"
#include "recurra/data/time_pattern.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

struct Guess {
  const char* format;
  double low, high;  ///< of the numbers
  bool regular;      ///< must lie on an axis
};
/// Narrow forms first. Seconds and their like: 1973 to 2128; Excel's days: 1941 to 2105.
constexpr std::array<Guess, 8> kGuesses = {{{"%Y", 1500, 2200, true},
                                            {"excel", 15'000, 75'000, true},
                                            {"%Y%m", 150'001, 220'012, true},
                                            {"%Y%m%d%H", 1'900'010'100, 2'100'123'124, true},
                                            {"epoch-s", 1e8, 5e9, false},
                                            {"epoch-ms", 1e11, 5e12, false},
                                            {"epoch-us", 1e14, 5e15, false},
                                            {"epoch-ns", 1e17, 5e18, false}}};

bool is_regular(std::vector<std::int64_t> ticks, const TimeFormat& format) {
  std::sort(ticks.begin(), ticks.end());
  ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
  const auto axis = find_axis(ticks, format);
  return axis && *place_on(*axis, ticks.back()) < 2 * static_cast<Index>(ticks.size());
}

}  // namespace

bool names_a_time(const std::string& name) {
  const std::string lower = lower_ascii(name);
  for (const std::string_view part : {"date", "time", "stamp", "epoch", "datum", "fecha", "zeit", "unix"})
    if (lower.find(part) != std::string::npos) return true;
  constexpr std::array<std::string_view, 26> kWords = {
      "ds",  "dt",   "ts",    "day", "days", "month", "year",  "years", "yr",  "week", "hour",   "period", "quarter",
      "qtr", "jahr", "monat", "tag", "jour", "mois",  "annee", "mes",   "dia", "hora", "semana", "giorno", "mese"};
  for (TextCursor cursor(lower); !cursor.done();) {
    const std::string_view word = cursor.letters();
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
    if (word.empty()) cursor.take(cursor.peek());
  }
  return false;
}

std::optional<TimeReading> read_bare_times(const std::vector<std::string>& cells, const std::string& name, bool asked) {
  double low = INFINITY, high = -INFINITY;
  for (const std::string& cell : cells) {
    double value = 0;
    if (!read_step_number(trim(cell)) || read_number(cell, false, value) != CellKind::number) return std::nullopt;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const bool whole_as_real = std::all_of(cells.begin(), cells.end(), [](auto& c) { return trim(c).ends_with(".0"); });
  for (const Guess& guess : kGuesses) {
    const bool is_strong = names_a_time(name) || (asked && !guess.regular);
    if (low < guess.low || high > guess.high || !is_strong) continue;
    const bool dotted = whole_as_real && guess.format[0] == '%';
    TimeReading reading = read_times_as(cells, time_format_from(concat(guess.format, dotted ? ".0" : "")));
    if (!reading.problem.empty()) continue;
    if (!guess.regular || is_regular(reading.column.ticks, reading.column.format)) return reading;
  }
  return std::nullopt;
}

}  // namespace recurra
