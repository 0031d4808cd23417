// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/number.h"
#include "recurra/data/text_cursor.h"
#include "recurra/data/time_format.h"
#include "recurra/data/time_names.h"

namespace recurra {
namespace {

using Field = TimePiece::Field;
using Letters = TimePiece::Letters;

constexpr int kMaxSecondDigits = 9;  // nanoseconds, as some programs write them
constexpr int kExcelDecimals = 8;    // about a millisecond
constexpr int kPivot = 69;           // POSIX: two-digit years are 1969 to 2068

bool in(int value, int low, int high) {
  return value >= low && value <= high;
}

bool is_numeric(Field field) {
  return field != Field::text && field != Field::month_name && field != Field::weekday_name &&
         field != Field::half_day && field != Field::zone;
}

/// The fields read from one cell, before they are checked to be a date.
struct Fields {
  int year = 1970, month = 1, day = 1, quarter = 0, day_of_year = 0, weekday = -1;
  IsoWeek week;
  bool has_week = false;
  int hour = 0, minute = 0, second = 0, half_day = -1;
  std::int64_t fraction = 0;

  std::optional<std::int64_t> date() const {
    if (has_week) return day_of(week);
    if (day_of_year > 0) return recurra::day_of_year(year, day_of_year);
    return day_of(year, quarter > 0 ? 3 * quarter - 2 : month, day);
  }

  /// The ticks since midnight, up to and including 24:00, or empty.
  std::optional<std::int64_t> time_of_day() const {
    int h = hour;
    if (half_day >= 0) {
      if (!in(hour, 1, 12)) return std::nullopt;
      h = hour % 12 + 12 * half_day;
    }
    if (!in(h, 0, 24) || !in(minute, 0, 59) || !in(second, 0, 59)) return std::nullopt;
    const std::int64_t ticks = ((h * 60 + minute) * std::int64_t{60} + second) * kTicksPerSecond + fraction;
    return ticks <= kTicksPerDay ? std::optional(ticks) : std::nullopt;
  }
};

/// Reads one cell by the pieces of a pattern.
class PieceReader {
 public:
  PieceReader(TimeFormat& format, std::string_view text) : format_(format), cursor_(text) {}

  std::optional<std::int64_t> read() {
    for (std::size_t i = 0; i < format_.pieces.size(); ++i)
      if (!take(format_.pieces[i], i + 1 < format_.pieces.size() ? &format_.pieces[i + 1] : nullptr))
        return std::nullopt;
    const auto date = fields_.date(), time = fields_.time_of_day();
    if (!cursor_.done() || !date || !time) return std::nullopt;
    if (fields_.weekday >= 0 && fields_.weekday != weekday_of(*date)) return std::nullopt;
    if (*time == 0 || *time == kTicksPerDay) format_.midnight_is_24 = *time > 0;
    return *date * kTicksPerDay + *time - format_.zone_minutes * 60 * kTicksPerSecond;
  }

 private:
  bool take(TimePiece& piece, const TimePiece* next) {
    switch (piece.field) {
      case Field::text:
        return piece.text == ' ' ? take_blanks() : cursor_.take(piece.text);
      case Field::month_name:
        return (fields_.month = month_of(take_name(piece))) > 0;
      case Field::weekday_name:
        return (fields_.weekday = weekday_of(take_name(piece))) >= 0;
      case Field::half_day:
        return take_half_day(piece);
      case Field::fraction:
        return take_fraction();
      case Field::zone:
        return take_zone(piece);
      default:
        return take_number(piece, next && is_numeric(next->field));
    }
  }

  /// `packed`: another number follows at once, so the width is fixed.
  bool take_number(TimePiece& piece, bool packed) {
    const auto number = [&](std::size_t least, std::size_t most, int low, int high, int& value) {
      const std::size_t ahead = cursor_.digits_ahead();
      piece.padded |= cursor_.peek() == '0' && ahead > least;
      value = cursor_.digits(packed ? most : least, most);
      if (least < most && ahead == least) piece.unpadded = true;
      return in(value, low, high);
    };
    switch (piece.field) {
      case Field::year:
        return number(4, 4, 1, 9999, fields_.year);
      case Field::short_year: {
        const bool ok = number(2, 2, 0, 99, fields_.year);
        fields_.year += fields_.year < kPivot ? 2000 : 1900;
        return ok;
      }
      case Field::month:
        return number(1, 2, 1, 12, fields_.month);
      case Field::day:
        return number(1, 2, 1, 31, fields_.day) && (!piece.ordinal || take_ordinal());
      case Field::day_of_year:
        return number(3, 3, 1, 366, fields_.day_of_year);
      case Field::quarter:
        return number(1, 1, 1, 4, fields_.quarter);
      case Field::iso_year:
        return (fields_.has_week = true) && number(4, 4, 1, 9998, fields_.week.year);
      case Field::week:
        return (fields_.has_week = true) && number(1, 2, 1, 53, fields_.week.week);
      case Field::week_day:
        return number(1, 1, 1, 7, fields_.week.weekday);
      case Field::hour:
        return number(1, 2, 0, 24, fields_.hour);
      case Field::half_day_hour:
        return number(1, 2, 1, 12, fields_.hour);
      case Field::minute:
        return number(2, 2, 0, 59, fields_.minute);
      default:
        return number(2, 2, 0, 59, fields_.second);
    }
  }

  bool take_blanks() {
    if (!cursor_.take(' ')) return false;
    while (cursor_.take(' ')) {
    }
    return true;
  }

  std::string_view take_name(TimePiece& piece) {
    const std::string_view name = cursor_.letters();
    constexpr std::size_t kLongestShort = 5;
    piece.full |= name.size() > kLongestShort || month_name_is_long(name);
    if (name.size() > 1)
      piece.letters = !is_upper(name[0]) ? Letters::lower : is_upper(name[1]) ? Letters::upper : Letters::title;
    return name;
  }
  static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
  /// March, April, June, July: written out, and no longer than an abbreviation may be.
  static bool month_name_is_long(std::string_view name) {
    return name.size() > 3 && month_of(name) > 0 && month_of(name) != 9;
  }

  bool take_half_day(TimePiece& piece) {
    const char first = cursor_.take_letter();
    if (first != 'a' && first != 'A' && first != 'p' && first != 'P') return false;
    piece.letters = is_upper(first) ? Letters::upper : Letters::lower;
    piece.dotted = cursor_.take('.');
    const char second = cursor_.take_letter();
    if (second != 'm' && second != 'M') return false;
    if (piece.dotted && !cursor_.take('.')) return false;
    fields_.half_day = first == 'p' || first == 'P' ? 1 : 0;
    return true;
  }

  bool take_ordinal() {
    const std::string_view letters = cursor_.letters();
    return letters == "st" || letters == "nd" || letters == "rd" || letters == "th";
  }

  bool take_fraction() {
    const auto digits = static_cast<int>(std::min<std::size_t>(cursor_.digits_ahead(), kMaxSecondDigits + 1));
    if (!in(digits, 1, kMaxSecondDigits)) return false;
    for (int i = 0; i < digits; ++i) {
      const int digit = cursor_.digits(1, 1);
      if (i < kTickDecimals) fields_.fraction += digit * power_of_ten(kTickDecimals - 1 - i);
    }
    format_.decimals = std::max(format_.decimals, digits);
    return true;
  }

  bool take_zone(TimePiece& piece) {
    format_.zone = TimeFormat::Zone::fixed;
    format_.zone_minutes = 0;
    if (const std::string_view name = cursor_.letters(); !name.empty()) {
      const auto minutes = zone_minutes_of(name);
      if (!minutes) return false;
      piece.text = name == "Z" || name == "z" ? 'Z' : 'N';
      format_.zone_name = std::string(name);
      format_.zone_minutes = *minutes;
      const bool offset_follows = *minutes == 0 && (cursor_.peek() == '+' || cursor_.peek() == '-');  // UTC+02:00
      if (!offset_follows) return true;
      piece.text = ':';
      return take_offset(piece, 1);
    }
    format_.zone_name.clear();
    return take_offset(piece, 2);
  }

  bool take_offset(TimePiece& piece, std::size_t least_digits) {
    const bool west = cursor_.peek() == '-';
    if (!cursor_.take('+') && !cursor_.take('-')) return false;
    const int hours = cursor_.digits(least_digits, 2);
    const bool colon = cursor_.take(':');
    const bool alone = !colon && !is_digit(cursor_.peek());
    const int minutes = alone ? 0 : cursor_.digits(2, 2);
    if (!in(hours, 0, 23) || !in(minutes, 0, 59)) return false;
    piece.text = colon ? ':' : alone ? 'h' : '+';
    format_.zone_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
    return true;
  }

  TimeFormat& format_;
  TextCursor cursor_;
  Fields fields_;
};

/// Rounded to the second, the precision of the fraction of a day.
std::optional<std::int64_t> excel_ticks(const StepNumber& number) {
  constexpr double kSecondsPerDay = 86'400;
  const std::int64_t unit = power_of_ten(number.decimals), day = floor_div(number.mantissa, unit);
  const double fraction = static_cast<double>(number.mantissa - day * unit) / static_cast<double>(unit);
  if (day < -1'000'000 || day > 3'000'000) return std::nullopt;
  return (day - kExcelEpoch) * kTicksPerDay +
         static_cast<std::int64_t>(std::llround(fraction * kSecondsPerDay)) * kTicksPerSecond;
}

}  // namespace

std::optional<StepNumber> read_step_number(std::string_view text) {
  constexpr int kMaxFractionDigits = 12;
  constexpr std::int64_t kRoom = std::numeric_limits<std::int64_t>::max() / 10 - 1;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (negative || text[0] == '+')) text.remove_prefix(1);
  StepNumber number;
  bool point = false, any = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
    } else if (is_digit(c)) {
      if (number.mantissa > kRoom || (point && number.decimals >= kMaxFractionDigits)) return std::nullopt;
      number.mantissa = number.mantissa * 10 + (c - '0');
      number.decimals += point ? 1 : 0;
      any = true;
    } else {
      return std::nullopt;
    }
  }
  if (!any) return std::nullopt;
  if (negative) number.mantissa = -number.mantissa;
  return number;
}

std::optional<std::int64_t> read_time(TimeFormat& format, std::string_view cell) {
  const std::string_view text = trim(cell);
  if (format.kind == TimeFormat::Kind::written) return PieceReader(format, text).read();
  const auto number = read_step_number(text);
  if (!number) return std::nullopt;
  const bool is_excel = format.kind == TimeFormat::Kind::excel;
  format.decimals = std::max(format.decimals, std::min(number->decimals, is_excel ? kExcelDecimals : kMaxSecondDigits));
  if (is_excel) return excel_ticks(*number);
  if (format.kind == TimeFormat::Kind::number)
    return times_power_of_ten(number->mantissa, format.decimals - number->decimals);
  const auto ticks = times_power_of_ten(number->mantissa, kTickDecimals - format.epoch_digits - number->decimals);
  return ticks && *ticks >= kFirstTick && *ticks < kLastTick ? ticks : std::nullopt;
}

}  // namespace recurra
