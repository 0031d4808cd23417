// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_stamps.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>

#include "recurra/data/number.h"

namespace recurra {
namespace {

constexpr int kMaxDecimals = 9;   // nanoseconds, as some programs write them
constexpr int kTickDecimals = 6;  // microseconds

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes pieces off the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool done() const { return text_.empty(); }
  char peek() const { return text_.empty() ? '\0' : text_[0]; }
  bool take(char c) {
    if (peek() != c || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// A number of at least `least` and at most `most` digits, or -1.
  int digits(std::size_t least, std::size_t most) {
    std::size_t n = 0;
    int value = 0;
    while (n < most && n < text_.size() && is_digit(text_[n])) value = value * 10 + (text_[n++] - '0');
    if (n < least) return -1;
    text_.remove_prefix(n);
    return value;
  }
  std::size_t digits_ahead() const {
    return static_cast<std::size_t>(std::find_if_not(text_.begin(), text_.end(), is_digit) - text_.begin());
  }

 private:
  std::string_view text_;
};

bool in(int value, int low, int high) {
  return value >= low && value <= high;
}

/// Reads the date part; the civil time lacks the time of day then.
bool read_date(Cursor& cursor, TimeFormat& format, CivilTime& civil) {
  const bool compact = cursor.digits_ahead() == 8;
  const int year = cursor.digits(4, 4);
  if (!in(year, 1, 9999)) return false;
  if (!compact) {
    format.date_separator = cursor.peek();
    if (!cursor.take('-') && !cursor.take('/')) return false;
  } else {
    format.date_separator = '\0';
  }
  const int month = cursor.digits(compact ? 2 : 1, 2);
  if (!in(month, 1, 12)) return false;
  civil.months = year * 12 + month - 1;
  format.kind = TimeFormat::Kind::month;
  if (!compact && (cursor.done() || !cursor.take(format.date_separator))) return cursor.done();
  civil.day = cursor.digits(compact ? 2 : 1, 2);
  format.kind = TimeFormat::Kind::date;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(std::max(civil.day, 0)))};
  return civil.day >= 1 && date.ok();
}

bool read_zone(Cursor& cursor, TimeFormat& format) {
  if (cursor.done()) return true;
  if (cursor.take('Z') || cursor.take('z')) {
    format.zone = TimeFormat::Zone::utc;
    return cursor.done();
  }
  const bool west = cursor.peek() == '-';
  if (!cursor.take('+') && !cursor.take('-')) return false;
  const int hours = cursor.digits(2, 2);
  cursor.take(':');
  const int minutes = cursor.done() ? 0 : cursor.digits(2, 2);
  if (!in(hours, 0, 23) || !in(minutes, 0, 59) || !cursor.done()) return false;
  format.zone = TimeFormat::Zone::offset;
  format.zone_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

/// Reads hh[:mm[:ss[.fraction]]][zone] to the end of the text.
bool read_time_of_day(Cursor& cursor, TimeFormat& format, CivilTime& civil) {
  format.kind = TimeFormat::Kind::date_time;
  const int hour = cursor.digits(2, 2);
  int minute = 0, second = 0;
  std::int64_t fraction = 0;
  if (cursor.take(':')) {
    minute = cursor.digits(2, 2);
    if (cursor.take(':')) {
      format.seconds = true;
      second = cursor.digits(2, 2);
      if (cursor.take('.') || cursor.take(',')) {
        format.decimals = static_cast<int>(std::min<std::size_t>(cursor.digits_ahead(), kMaxDecimals + 1));
        if (!in(format.decimals, 1, kMaxDecimals)) return false;
        for (int i = 0; i < format.decimals; ++i) {
          const int digit = cursor.digits(1, 1);
          if (i < kTickDecimals) fraction += digit * power_of_ten(kTickDecimals - 1 - i);
        }
      }
    }
  }
  if (!in(hour, 0, 23) || !in(minute, 0, 59) || !in(second, 0, 59)) return false;
  civil.ticks_of_day = ((hour * 60 + minute) * std::int64_t{60} + second) * kTicksPerSecond + fraction;
  return read_zone(cursor, format);
}

/// A plain decimal number as a whole number of 10^-decimals, or nothing (no exponent: steps do not need one).
std::optional<TimeStamp> parse_number(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (negative || text[0] == '+')) text.remove_prefix(1);
  TimeStamp stamp;
  bool point = false, any = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
    } else if (is_digit(c)) {
      constexpr std::int64_t kRoom = std::numeric_limits<std::int64_t>::max() / 10 - 1;
      if (stamp.ticks > kRoom || (point && stamp.format.decimals >= kMaxDecimals)) return std::nullopt;
      stamp.ticks = stamp.ticks * 10 + (c - '0');
      stamp.format.decimals += point ? 1 : 0;
      any = true;
    } else {
      return std::nullopt;
    }
  }
  if (!any) return std::nullopt;
  if (negative) stamp.ticks = -stamp.ticks;
  return stamp;
}

std::string padded(std::int64_t value, int digits) {
  std::string text = std::to_string(value);
  return std::string(static_cast<std::size_t>(std::max(0, digits - static_cast<int>(text.size()))), '0') + text;
}

std::string format_number(std::int64_t ticks, int decimals) {
  if (decimals == 0) return std::to_string(ticks);
  const std::int64_t unit = power_of_ten(decimals), size = ticks < 0 ? -ticks : ticks;
  return concat(ticks < 0 ? "-" : "", size / unit, '.', padded(size % unit, decimals));
}

std::chrono::sys_days first_of_month(std::int64_t months) {
  return std::chrono::year(static_cast<int>(floor_div(months, 12))) /
         std::chrono::month(static_cast<unsigned>(months - floor_div(months, 12) * 12 + 1)) / 1;
}

std::int64_t zone_ticks(const TimeFormat& format) {
  return format.zone_minutes * 60 * kTicksPerSecond;
}

/// Widens `all` so that it can also write stamps of format `one`.
void merge(TimeFormat& all, const TimeFormat& one) {
  all.kind = std::max(all.kind, one.kind);
  if (one.kind == TimeFormat::Kind::date_time) all.join = one.join;
  all.seconds |= one.seconds;
  all.decimals = std::max(all.decimals, one.decimals);
  all.zone = one.zone;
  all.zone_minutes = one.zone_minutes;
}

}  // namespace

std::optional<TimeStamp> parse_time(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  Cursor cursor(trim(text));
  if (text.size() > kLongest) return std::nullopt;
  TimeStamp stamp;
  CivilTime civil;
  if (!read_date(cursor, stamp.format, civil)) return std::nullopt;
  if (!cursor.done()) {
    stamp.format.join = cursor.peek() == ' ' ? ' ' : 'T';
    if (!cursor.take('T') && !cursor.take('t') && !cursor.take(' ')) return std::nullopt;
    if (!read_time_of_day(cursor, stamp.format, civil)) return std::nullopt;
  }
  stamp.ticks = ticks_of(civil, stamp.format);
  return stamp;
}

TimeColumn parse_times(const std::vector<std::string>& cells, const std::function<std::string(Index)>& place) {
  TimeColumn column;
  std::vector<int> decimals;  // of each number, until all are known
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string_view cell = trim(cells[i]);
    std::optional<TimeStamp> stamp = parse_time(cell);
    if (!stamp) stamp = parse_number(cell);
    const auto where = [&] { return place(static_cast<Index>(i)); };
    if (!stamp)
      throw ValueError(concat(where(),
                              ": expected a time such as 2024-01-31, 2024-01-31 13:30 or a step number, found ",
                              quote_for_message(cell)));
    if (i == 0) column.format = stamp->format;
    if (stamp->format.is_calendar() != column.format.is_calendar())
      throw ValueError(concat(where(), ": dates and plain numbers are mixed, found ", quote_for_message(cell)));
    const bool zoned = stamp->format.zone != TimeFormat::Zone::none;
    if (zoned != (column.format.zone != TimeFormat::Zone::none))
      throw ValueError(
          concat(where(), ": stamps with and without a time zone are mixed, found ", quote_for_message(cell)));
    merge(column.format, stamp->format);
    column.ticks.push_back(stamp->ticks);
    decimals.push_back(stamp->format.decimals);
  }
  if (column.format.is_calendar()) return column;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::int64_t factor = power_of_ten(column.format.decimals - decimals[i]);
    if (std::abs(column.ticks[i]) > std::numeric_limits<std::int64_t>::max() / 4 / factor)
      throw ValueError(concat(place(static_cast<Index>(i)), ": the step number ", quote_for_message(cells[i]),
                              " is too large to count steps by"));
    column.ticks[i] *= factor;
  }
  return column;
}

std::string format_time(std::int64_t ticks, const TimeFormat& format) {
  if (!format.is_calendar()) return format_number(ticks, format.decimals);
  const CivilTime civil = civil_time(ticks, format);
  const std::string separator = format.date_separator == '\0' ? "" : std::string(1, format.date_separator);
  const std::int64_t year = floor_div(civil.months, 12);
  std::string out = padded(year, 4) + separator + padded(civil.months - year * 12 + 1, 2);
  if (format.kind == TimeFormat::Kind::month) return out;
  out += separator + padded(civil.day, 2);
  if (format.kind == TimeFormat::Kind::date) return out;
  const std::int64_t second = civil.ticks_of_day / kTicksPerSecond;
  out += format.join + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2);
  if (format.seconds) out += ":" + padded(second % 60, 2);
  if (format.decimals > 0) {
    const std::string fraction = padded(civil.ticks_of_day % kTicksPerSecond, kTickDecimals) + "000";
    out += "." + fraction.substr(0, static_cast<std::size_t>(format.decimals));
  }
  if (format.zone == TimeFormat::Zone::utc) return out + "Z";
  if (format.zone == TimeFormat::Zone::none) return out;
  const int minutes = std::abs(format.zone_minutes);
  return out + (format.zone_minutes < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2);
}

CivilTime civil_time(std::int64_t ticks, const TimeFormat& format) {
  using std::chrono::days;
  const std::int64_t local = ticks + zone_ticks(format);
  const std::int64_t day = floor_div(local, kTicksPerDay);
  const std::chrono::sys_days date{days(day)};
  const std::chrono::year_month_day ymd(date);
  CivilTime civil;
  civil.months = static_cast<int>(ymd.year()) * std::int64_t{12} + static_cast<unsigned>(ymd.month()) - 1;
  civil.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  civil.days_in_month = static_cast<int>((first_of_month(civil.months + 1) - first_of_month(civil.months)).count());
  civil.day_of_year = static_cast<int>((date - std::chrono::sys_days(ymd.year() / 1 / 1)).count());
  civil.weekday = static_cast<int>(std::chrono::weekday(date).iso_encoding()) - 1;
  civil.ticks_of_day = local - day * kTicksPerDay;
  return civil;
}

std::int64_t ticks_of(const CivilTime& civil, const TimeFormat& format) {
  const std::chrono::sys_days first = first_of_month(civil.months), next = first_of_month(civil.months + 1);
  const std::int64_t day = std::min<std::int64_t>(civil.day, (next - first).count());
  return (first.time_since_epoch().count() + day - 1) * kTicksPerDay + civil.ticks_of_day - zone_ticks(format);
}

}  // namespace recurra
