// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_format.h"

#include <algorithm>
#include <cmath>

#include "recurra/base/error.h"
#include "recurra/data/time_names.h"

namespace recurra {
namespace {

using Field = TimePiece::Field;
using Letters = TimePiece::Letters;

std::string padded(std::int64_t value, int digits) {
  std::string text = std::to_string(value);
  return std::string(static_cast<std::size_t>(std::max(0, digits - static_cast<int>(text.size()))), '0') + text;
}

std::string format_number(std::int64_t ticks, int decimals) {
  if (decimals == 0) return std::to_string(ticks);
  const std::int64_t unit = power_of_ten(decimals), size = ticks < 0 ? -ticks : ticks;
  return concat(ticks < 0 ? "-" : "", size / unit, '.', padded(size % unit, decimals));
}

std::string format_excel(std::int64_t ticks, int decimals) {
  const std::int64_t day = floor_div(ticks, kTicksPerDay);
  const double fraction = static_cast<double>(ticks - day * kTicksPerDay) / static_cast<double>(kTicksPerDay);
  const std::int64_t unit = power_of_ten(decimals);
  return format_number((day + kExcelEpoch) * unit + std::llround(fraction * static_cast<double>(unit)), decimals);
}

std::string lettered(std::string_view name, const TimePiece& piece) {
  std::string out(piece.full ? name : name.substr(0, 3));
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (piece.letters == Letters::upper && out[i] >= 'a' && out[i] <= 'z')
      out[i] = static_cast<char>(out[i] - 'a' + 'A');
    if (piece.letters == Letters::lower && out[i] >= 'A' && out[i] <= 'Z')
      out[i] = static_cast<char>(out[i] - 'A' + 'a');
  }
  return out;
}

/// Writes one time by the pieces of a pattern.
class PieceWriter {
 public:
  PieceWriter(std::int64_t ticks, const TimeFormat& format) : format_(format) {
    civil_ = civil_time(ticks, format.zone_minutes);
    const bool ends_day = format.midnight_is_24 && civil_.ticks_of_day == 0;
    if (ends_day) {
      civil_ = civil_time(ticks - 1, format.zone_minutes);
      civil_.ticks_of_day = kTicksPerDay;
    }
    year_ = floor_div(civil_.months, 12);
    month_ = static_cast<int>(civil_.months - year_ * 12) + 1;
    week_ = iso_week(floor_div(ticks + format.zone_minutes * 60 * kTicksPerSecond - (ends_day ? 1 : 0), kTicksPerDay));
    second_ = civil_.ticks_of_day / kTicksPerSecond;
  }

  std::string write() const {
    std::string out;
    for (const TimePiece& piece : format_.pieces) out += text_of(piece);
    return out;
  }

 private:
  std::string text_of(const TimePiece& piece) const {
    const int two = piece.unpadded ? 1 : 2;
    const std::int64_t hour = second_ / 3600;
    switch (piece.field) {
      case Field::text:
        return std::string(1, piece.text);
      case Field::year:
        return padded(year_, 4);
      case Field::short_year:
        return padded(year_ - floor_div(year_, 100) * 100, 2);
      case Field::month:
        return padded(month_, two);
      case Field::month_name:
        return lettered(month_name(month_), piece);
      case Field::day:
        return padded(civil_.day, piece.ordinal ? 1 : two) + (piece.ordinal ? ordinal_suffix() : "");
      case Field::day_of_year:
        return padded(civil_.day_of_year + 1, 3);
      case Field::weekday_name:
        return lettered(weekday_name(civil_.weekday), piece);
      case Field::quarter:
        return std::to_string((month_ - 1) / 3 + 1);
      case Field::iso_year:
        return padded(week_.year, 4);
      case Field::week:
        return padded(week_.week, two);
      case Field::week_day:
        return std::to_string(week_.weekday);
      case Field::hour:
        return padded(hour, two);
      case Field::half_day_hour:
        return padded((hour + 11) % 12 + 1, two);
      case Field::minute:
        return padded(second_ / 60 % 60, 2);
      case Field::second:
        return padded(second_ % 60, 2);
      case Field::fraction:
        return (padded(civil_.ticks_of_day % kTicksPerSecond, kTickDecimals) + "000")
            .substr(0, static_cast<std::size_t>(std::max(1, format_.decimals)));
      case Field::half_day:
        return half_day(piece, hour);
      case Field::zone:
        break;
    }
    return zone(piece);
  }

  std::string ordinal_suffix() const {
    const int ones = civil_.day / 10 == 1 ? 0 : civil_.day % 10;
    return ones == 1 ? "st" : ones == 2 ? "nd" : ones == 3 ? "rd" : "th";
  }

  static std::string half_day(const TimePiece& piece, std::int64_t hour) {
    const bool afternoon = hour % 24 >= 12, upper = piece.letters == Letters::upper;
    const std::string half = afternoon ? (upper ? "P" : "p") : (upper ? "A" : "a"), m = upper ? "M" : "m";
    return piece.dotted ? half + "." + m + "." : half + m;
  }

  std::string zone(const TimePiece& piece) const {
    if (piece.text == 'Z') return "Z";
    if (piece.text == 'N') return format_.zone_name;
    const int minutes = std::abs(format_.zone_minutes);
    const std::string hours = (format_.zone_minutes < 0 ? "-" : "+") + padded(minutes / 60, 2);
    if (piece.text == 'h' && minutes % 60 == 0) return hours;
    return hours + (piece.text == '+' ? "" : ":") + padded(minutes % 60, 2);
  }

  const TimeFormat& format_;
  CivilTime civil_;
  IsoWeek week_;
  std::int64_t year_ = 0, second_ = 0;
  int month_ = 1;
};

}  // namespace

bool TimeFormat::has(TimePiece::Field field) const {
  return std::any_of(pieces.begin(), pieces.end(), [&](const TimePiece& piece) { return piece.field == field; });
}

bool TimeFormat::has_time_of_day() const {
  return has(Field::hour) || has(Field::half_day_hour);
}

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

std::optional<std::int64_t> times_power_of_ten(std::int64_t a, int exponent) {
  if (exponent <= 0) return a / power_of_ten(std::min(18, -exponent));
  std::int64_t out = 0;
  if (exponent > 18 || __builtin_mul_overflow(a, power_of_ten(exponent), &out)) return std::nullopt;
  return out;
}

std::string format_time(std::int64_t ticks, const TimeFormat& format) {
  switch (format.kind) {
    case TimeFormat::Kind::number:
      return format_number(ticks, format.decimals);
    case TimeFormat::Kind::epoch: {
      const auto value = times_power_of_ten(ticks, format.epoch_digits + format.decimals - kTickDecimals);
      require(value.has_value(), "format_time: the time lies outside what its unit can count");
      return format_number(*value, format.decimals);
    }
    case TimeFormat::Kind::excel:
      return format_excel(ticks, format.decimals);
    case TimeFormat::Kind::written:
      break;
  }
  return PieceWriter(ticks, format).write();
}

}  // namespace recurra
