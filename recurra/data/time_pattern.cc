// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_pattern.h"

#include <algorithm>
#include <array>

#include "recurra/base/error.h"
#include "recurra/data/number.h"
#include "recurra/data/text_cursor.h"

namespace recurra {
namespace {

using Field = TimePiece::Field;

struct Letter {
  char letter;
  Field field;
  std::string_view words;
};
constexpr std::array<Letter, 18> kLetters = {{{'Y', Field::year, "year"},
                                              {'y', Field::short_year, "two-digit year"},
                                              {'m', Field::month, "month"},
                                              {'b', Field::month_name, "month name"},
                                              {'d', Field::day, "day"},
                                              {'j', Field::day_of_year, "day of the year"},
                                              {'a', Field::weekday_name, "weekday"},
                                              {'q', Field::quarter, "quarter"},
                                              {'G', Field::iso_year, "year"},
                                              {'V', Field::week, "week"},
                                              {'u', Field::week_day, "weekday"},
                                              {'H', Field::hour, "hour"},
                                              {'I', Field::half_day_hour, "hour"},
                                              {'M', Field::minute, "minute"},
                                              {'S', Field::second, "second"},
                                              {'f', Field::fraction, "fraction"},
                                              {'p', Field::half_day, "AM/PM"},
                                              {'z', Field::zone, "zone"}}};

struct Word {
  std::string_view word;
  TimeFormat::Kind kind;
  int epoch_digits;
  std::string_view words;
};
constexpr std::array<Word, 6> kWords = {{{"number", TimeFormat::Kind::number, 0, "plain numbers"},
                                         {"epoch-s", TimeFormat::Kind::epoch, 0, "seconds since 1970"},
                                         {"epoch-ms", TimeFormat::Kind::epoch, 3, "milliseconds since 1970"},
                                         {"epoch-us", TimeFormat::Kind::epoch, 6, "microseconds since 1970"},
                                         {"epoch-ns", TimeFormat::Kind::epoch, 9, "nanoseconds since 1970"},
                                         {"excel", TimeFormat::Kind::excel, 0, "Excel day numbers"}}};

const Letter& entry(Field field) {
  return *std::find_if(kLetters.begin(), kLetters.end(), [&](const Letter& l) { return l.field == field; });
}

/// The entry of a format that is one of the words; the end for a pattern.
const Word* word_of(const TimeFormat& format) {
  const auto* found = std::find_if(kWords.begin(), kWords.end(), [&](const Word& w) {
    return w.kind == format.kind && w.epoch_digits == format.epoch_digits;
  });
  return format.kind == TimeFormat::Kind::written ? kWords.end() : found;
}

/// One %-letter; the long forms are several pieces.
void add_piece(TimeFormat& format, char letter, bool unpadded, std::string_view whole) {
  if (letter == 'F' || letter == 'T') {
    constexpr int kOfDate = 5;  // pieces, and a blank after them
    const TimeFormat whole_time = time_format_from("%Y-%m-%d %H:%M:%S");
    const auto begin = whole_time.pieces.begin(), end = whole_time.pieces.end();
    format.pieces.insert(format.pieces.end(), letter == 'F' ? begin : begin + kOfDate + 1,
                         letter == 'F' ? begin + kOfDate : end);
    return;
  }
  TimePiece piece{.unpadded = unpadded};
  if (letter == 'A' || letter == 'B') {
    piece.full = true;
    letter = letter == 'A' ? 'a' : 'b';
  }
  if (letter == 'e') letter = 'd';
  if (letter == 'Z') letter = 'z';
  const auto* found =
      std::find_if(kLetters.begin(), kLetters.end(), [&](const Letter& l) { return l.letter == letter; });
  require(found != kLetters.end(), "time format ", quote_for_message(whole), ": unknown field %",
          std::string(1, letter));
  piece.field = found->field;
  if (piece.field == Field::zone) piece.text = ':';
  require(!format.has(piece.field), "time format ", quote_for_message(whole), ": the field %", std::string(1, letter),
          " occurs twice");
  format.pieces.push_back(piece);
}

/// A date needs a year, and every field between the year and the finest one.
void check_complete(const TimeFormat& format, std::string_view whole) {
  const auto has = [&](Field field) { return format.has(field); };
  const auto need = [&](bool ok, const char* what) {
    require(ok, "time format ", quote_for_message(whole), ": expected ", what);
  };
  need(has(Field::year) || has(Field::short_year) || has(Field::iso_year),
       "a year (%Y, %y or %G), or one of number, epoch-s, epoch-ms, epoch-us, epoch-ns, excel");
  need(has(Field::iso_year) == has(Field::week), "%G and %V together");
  const bool month = has(Field::month) || has(Field::month_name);
  need(!has(Field::day) || month, "a month (%m or %b) with the day");
  const bool date = has(Field::day) || has(Field::day_of_year) || has(Field::week);
  need(!format.has_time_of_day() || date, "a day (%d or %j) with the hour");
  need(!has(Field::minute) || format.has_time_of_day(), "an hour (%H, or %I and %p) with the minute");
  need(!has(Field::second) || has(Field::minute), "a minute (%M) with the second");
  need(!has(Field::fraction) || has(Field::second), "a second (%S) with the fraction");
  need(has(Field::half_day_hour) == has(Field::half_day), "%I and %p together");
}

}  // namespace

TimeFormat time_format_from(std::string_view text) {
  for (const Word& word : kWords)
    if (word.word == text) return {.kind = word.kind, .epoch_digits = word.epoch_digits};
  TimeFormat format{.kind = TimeFormat::Kind::written};
  TextCursor cursor(text);
  while (!cursor.done()) {
    const char c = cursor.peek();
    cursor.take(c);
    if (c != '%') {
      format.pieces.push_back({.text = c});
      continue;
    }
    const bool unpadded = cursor.take('-');
    const char letter = cursor.peek();
    require(cursor.take(letter), "time format ", quote_for_message(text), ": expected a letter after the last %");
    if (letter == '%') {
      format.pieces.push_back({.text = '%'});
    } else {
      add_piece(format, letter, unpadded, text);
    }
  }
  check_complete(format, text);
  return format;
}

std::string to_text(const TimeFormat& format) {
  if (const Word* word = word_of(format); word != kWords.end()) return std::string(word->word);
  std::string out;
  for (const TimePiece& piece : format.pieces) {
    if (piece.field == Field::text) {
      out += piece.text == '%' ? "%%" : std::string(1, piece.text);
      continue;
    }
    const char letter = entry(piece.field).letter;
    out += piece.unpadded ? "%-" : "%";
    out += piece.full ? static_cast<char>(letter - 'a' + 'A') : letter;
  }
  return out;
}

std::string describe(const TimeFormat& format) {
  if (const Word* word = word_of(format); word != kWords.end()) return std::string(word->words);
  std::string out;
  for (std::size_t i = 0; i < format.pieces.size(); ++i) {
    const TimePiece& piece = format.pieces[i];
    if (piece.field != Field::text) {
      const bool joined = !out.empty() && is_letter(out.back());
      out += concat(joined ? " " : "", entry(piece.field).words);
      continue;
    }
    const bool names_next = is_letter(piece.text) && piece.text != 'T';  // the Q of a quarter, the W of a week
    if (!names_next) out += piece.text == 'T' ? ' ' : piece.text;
  }
  return out;
}

}  // namespace recurra
