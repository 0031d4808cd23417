// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_recognition.h"

#include <algorithm>
#include <array>

#include "recurra/data/number.h"
#include "recurra/data/text_cursor.h"
#include "recurra/data/time_names.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

using Field = TimePiece::Field;

constexpr std::size_t kLongest = 48;  // bytes of a stamp

/// Letters that stamps contain in addition to names and zones.
bool is_mark(std::string_view word) {
  constexpr std::array<std::string_view, 11> kMarks = {"t", "q", "w", "m", "h", "am", "pm", "st", "nd", "rd", "th"};
  return std::find(kMarks.begin(), kMarks.end(), lower_ascii(word)) != kMarks.end();
}

/// Builds the pieces of a pattern while it parses a cell.
class Recogniser {
 public:
  Recogniser(std::string_view text, DateOrder order) : cursor_(text), order_(order) {
    format_.kind = TimeFormat::Kind::written;
  }

  std::optional<TimeFormat> stamp() {
    take_weekday();
    if (!take_date()) return std::nullopt;
    const bool has_day = format_.has(Field::day) || format_.has(Field::day_of_year) || format_.has(Field::week_day);
    if (!cursor_.done() && (!has_day || !take_join() || !take_time_of_day())) return std::nullopt;
    return cursor_.done() ? std::optional(format_) : std::nullopt;
  }

  std::optional<TimeFormat> time_of_day() {
    return take_time_of_day() && cursor_.done() ? std::optional(format_) : std::nullopt;
  }

 private:
  void add(Field field) { format_.pieces.push_back({.field = field}); }
  void add_text(char c) { format_.pieces.push_back({.text = c}); }

  bool take_text(char c) {
    if (!cursor_.take(c)) return false;
    add_text(c);
    return true;
  }
  void take_blanks() {
    bool any = false;
    while (cursor_.take(' ')) any = true;
    if (any) add_text(' ');
  }

  bool take_number(Field field, std::size_t least, std::size_t most) {
    if (cursor_.digits_ahead() < least || cursor_.digits_ahead() > most) return false;
    add(field);
    return cursor_.digits(least, most) >= 0;
  }
  /// A number of fixed width at the start of a longer run of digits.
  void take_packed(Field field, std::size_t width) {
    add(field);
    cursor_.digits(width, width);
  }

  void take_weekday() {
    TextCursor ahead = cursor_;
    if (weekday_of(ahead.letters()) < 0) return;
    add(Field::weekday_name);
    cursor_ = ahead;
    take_text('.');
    take_text(',');
    take_blanks();
  }

  /// The separator between the parts of a date; 0 if there is none.
  char take_separator() {
    const char c = cursor_.peek();
    if (c == ' ') {
      take_blanks();
      return c;
    }
    return (c == '-' || c == '/' || c == '.') && take_text(c) ? c : '\0';
  }

  bool take_date() {
    const std::size_t digits = cursor_.digits_ahead();
    if (digits == 0) return take_lettered_date();
    if (digits >= 8) return take_packed_date(digits);
    return digits == 4 ? take_year_first() : digits <= 2 && take_short_first();
  }

  /// 20240131, also followed by hhmm or hhmmss. The time of day is parsed here too.
  bool take_packed_date(std::size_t digits) {
    if (digits != 8 && digits != 12 && digits != 14) return false;
    take_packed(Field::year, 4);
    take_packed(Field::month, 2);
    take_packed(Field::day, 2);
    if (digits == 8) return true;
    take_packed(Field::hour, 2);
    take_packed(Field::minute, 2);
    if (digits == 14) take_packed(Field::second, 2);
    return cursor_.done();
  }

  bool take_year_first() {
    add(Field::year);
    cursor_.digits(4, 4);
    char separator = take_separator();
    if (separator == '\0' && take_text(':')) separator = ':';  // 1990:Q1, 1990:01
    TextCursor ahead = cursor_;
    const std::string_view letters = ahead.letters();
    if (letters == "Q" || letters == "q") return take_letter_number(Field::quarter, 1);
    if (letters == "W" || letters == "w") return take_week();
    if (letters == "M" || letters == "m") return take_letter_number(Field::month, 2);
    if (separator == '\0') return false;
    if (month_of(letters) > 0) {
      cursor_ = ahead;
      add(Field::month_name);
      TextCursor behind = cursor_;
      const std::size_t pieces = format_.pieces.size();
      if (take_separator() != '\0' && take_number(Field::day, 1, 2)) return true;
      cursor_ = behind;  // a month and no day
      format_.pieces.resize(pieces);
      return true;
    }
    const std::size_t digits = cursor_.digits_ahead();
    if (digits == 3 && separator == '-') return take_number(Field::day_of_year, 3, 3);
    if (!take_number(Field::month, 1, 2)) return false;
    if (cursor_.peek() != separator) return separator != '.' && cursor_.done();  // 2023.01 is a number
    return separator != ':' && take_separator() == separator && take_number(Field::day, 1, 2);
  }

  bool take_letter_number(Field field, std::size_t most) {
    add_text(cursor_.take_letter());
    return take_number(field, 1, most);
  }

  /// W05, W05-1 and W051, after the year.
  bool take_week() {
    format_.pieces[0].field = Field::iso_year;
    add_text(cursor_.take_letter());
    if (cursor_.digits_ahead() == 3) {
      take_packed(Field::week, 2);
      return take_number(Field::week_day, 1, 1);
    }
    if (!take_number(Field::week, 1, 2)) return false;
    if (cursor_.peek() != '-') return true;
    return take_text('-') && take_number(Field::week_day, 1, 1);
  }

  /// Q1 2023, W05-2023, March 5, 2023, Jan 2023, Mar-23.
  bool take_lettered_date() {
    TextCursor ahead = cursor_;
    const std::string_view letters = ahead.letters();
    if (letters == "Q" || letters == "q") return take_letter_number(Field::quarter, 1) && take_year_behind();
    if (letters == "W" || letters == "w") {
      if (!take_letter_number(Field::week, 2) || take_separator() == '\0') return false;
      return take_number(Field::iso_year, 4, 4);
    }
    if (month_of(letters) < 0) return false;
    cursor_ = ahead;
    add(Field::month_name);
    if (take_separator() == '.') take_blanks();  // Jan. 2023
    if (cursor_.peek() == '\'') return take_year_behind();
    if (cursor_.digits_ahead() == 4) return take_number(Field::year, 4, 4);
    if (cursor_.digits_ahead() > 2 || cursor_.digits_ahead() == 0) return false;
    TextCursor behind = cursor_;
    const std::size_t pieces = format_.pieces.size();
    if (take_day() && take_text_or_blank(',') && take_year()) return true;
    cursor_ = behind;  // Mar-23 is a month of 2023
    format_.pieces.resize(pieces);
    return take_number(Field::short_year, 2, 2);
  }

  bool take_text_or_blank(char c) {
    const bool text = take_text(c);
    return take_separator() != '\0' || text;
  }

  /// 5 March 2023, 05-Mar-23, 5/3/2023, 01/2023, 1Q23.
  bool take_short_first() {
    TextCursor ahead = cursor_;
    const int number = ahead.digits(1, 2);
    const char next = ahead.take_letter();
    if ((next == 'Q' || next == 'q') && number <= 4 && cursor_.digits_ahead() == 1) {
      add(Field::quarter);
      cursor_.digits(1, 1);
      add_text(cursor_.take_letter());
      return take_year_behind();
    }
    const TextCursor start = cursor_;
    const std::size_t pieces = format_.pieces.size();
    if (take_day()) {
      if (take_separator() == '.') take_blanks();  // 5. March
      TextCursor named = cursor_;
      if (month_of(named.letters()) > 0) {
        cursor_ = named;
        add(Field::month_name);
        take_text('.');
        take_text(',');
        take_separator();
        return take_year();
      }
    }
    cursor_ = start;
    format_.pieces.resize(pieces);
    return take_three_numbers();
  }

  bool take_three_numbers() {
    const std::size_t at = format_.pieces.size();
    if (!take_number(Field::day, 1, 2)) return false;
    const char separator = take_separator();
    if (separator == '\0') return false;
    if (cursor_.digits_ahead() == 4) {  // 01/2023; 01.2023 is a number
      format_.pieces[at].field = Field::month;
      return separator != '.' && order_ != DateOrder::year_first && take_number(Field::year, 4, 4);
    }
    if (!take_number(Field::month, 1, 2) || take_separator() != separator) return false;
    if (order_ == DateOrder::month_first) std::swap(format_.pieces[at].field, format_.pieces[at + 2].field);
    if (order_ != DateOrder::year_first) return take_year();
    format_.pieces[at].field = Field::short_year;
    return take_number(Field::day, 1, 2);
  }

  bool take_day() {
    if (!take_number(Field::day, 1, 2)) return false;
    TextCursor ahead = cursor_;
    const std::string_view suffix = ahead.letters();
    if (suffix != "st" && suffix != "nd" && suffix != "rd" && suffix != "th") return true;
    format_.pieces.back().ordinal = true;
    cursor_ = ahead;
    return true;
  }

  /// Four digits, or two.
  bool take_year() {
    return cursor_.digits_ahead() == 2 ? take_number(Field::short_year, 2, 2) : take_number(Field::year, 4, 4);
  }
  /// After a quarter or a month: 2023, -23, '23.
  bool take_year_behind() {
    take_separator();
    take_text('\'');
    return take_year();
  }

  /// The separator between date and time.
  bool take_join() {
    if (cursor_.peek() == 'T' || cursor_.peek() == 't' || cursor_.peek() == ':') return take_text(cursor_.peek());
    take_text(',');
    if (cursor_.peek() != ' ') return false;
    take_blanks();
    return true;
  }

  /// hh[:mm[:ss[.fraction]]], hhmm[ss] or 9h30, perhaps AM or PM, perhaps a zone.
  bool take_time_of_day() {
    const std::size_t at = format_.pieces.size(), digits = cursor_.digits_ahead();
    if (digits == 4 || digits == 6) {
      take_packed(Field::hour, 2);
      take_packed(Field::minute, 2);
      if (digits == 6) take_packed(Field::second, 2);
    } else if (!take_number(Field::hour, 1, 2)) {
      return false;
    } else if (take_text('h')) {
      if (!take_number(Field::minute, 2, 2)) return false;
    } else if (!take_minutes()) {
      return false;
    }
    take_half_day(at);
    return cursor_.done() || take_zone();
  }

  bool take_minutes() {
    if (!take_text(':')) return true;
    if (!take_number(Field::minute, 2, 2)) return false;
    if (!take_text(':')) return true;
    if (!take_number(Field::second, 2, 2)) return false;
    if (!take_text('.') && !take_text(',')) return true;
    return take_number(Field::fraction, 1, 9);
  }

  void take_half_day(std::size_t hour_piece) {
    TextCursor ahead = cursor_;
    while (ahead.take(' ')) {
    }
    const char first = ahead.take_letter();
    const bool half = first == 'a' || first == 'A' || first == 'p' || first == 'P';
    const bool dotted = ahead.take('.');
    const char second = ahead.take_letter();
    if (!half || (second != 'm' && second != 'M') || (dotted && !ahead.take('.'))) return;
    take_blanks();
    format_.pieces[hour_piece].field = Field::half_day_hour;
    add(Field::half_day);
    cursor_ = ahead;
  }

  bool take_zone() {
    take_blanks();
    const char c = cursor_.peek();
    if (c != '+' && c != '-' && !is_letter(c)) return false;
    add(Field::zone);
    cursor_ = TextCursor("");  // its value is checked when the cell is read
    return true;
  }

  TextCursor cursor_;
  DateOrder order_;
  TimeFormat format_;
};

}  // namespace

std::optional<TimeFormat> recognise_time(std::string_view cell, DateOrder order) {
  const std::string_view text = trim(cell);
  if (text.size() > kLongest || text.size() < 4) return std::nullopt;
  return Recogniser(text, order).stamp();
}

std::optional<TimeFormat> recognise_time_of_day(std::string_view cell) {
  const std::string_view text = trim(cell);
  if (text.size() > kLongest || text.find_first_of(":hmM") == std::string_view::npos) return std::nullopt;
  return Recogniser(text, DateOrder::day_first).time_of_day();
}

bool looks_like_time(std::string_view cell, bool named) {
  const std::string_view text = trim(cell);
  double number = 0;
  if (text.size() > kLongest || read_number(text, false, number) != CellKind::text) return false;
  int groups = 0, unknown_words = 0;
  bool year = false, month = false, joined = true;
  const bool begins_with_day =
      text.size() > 1 && is_digit(text[0]) && !(is_digit(text[1]) && text.size() > 2 && is_digit(text[2]));
  for (TextCursor cursor(text); !cursor.done();) {
    const char c = cursor.peek();
    if (const std::size_t digits = cursor.digits_ahead(); digits > 0) {
      ++groups;
      if (digits > 9) return false;
      const int value = cursor.digits(digits, digits);
      year |= digits == 4 && value >= 1000 && value < 3000;
    } else if (is_letter(c) || (c & 0x80) != 0) {
      const std::string_view word = cursor.word();
      const bool is_month = month_of(word) > 0;
      month |= is_month;
      unknown_words += is_month || weekday_of(word) >= 0 || is_mark(word) || zone_minutes_of(word) ? 0 : 1;
    } else {
      joined &= std::string_view("-/.: ,").find(c) != std::string_view::npos;
      cursor.take(c);
    }
  }
  if (named) return groups >= 2 || (groups == 1 && month);
  const bool other_language = unknown_words == 1 && groups == 2 && year && begins_with_day;  // 5 mars 2023
  return joined && (other_language || (unknown_words == 0 && groups >= 1 && ((groups >= 2 && year) || month)));
}

}  // namespace recurra
