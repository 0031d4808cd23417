// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/number.h"

#ifdef __EMSCRIPTEN__
#include <cstdlib>
#else
#include <fast_float/fast_float.h>
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "recurra/base/error.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

constexpr std::array<std::string_view, 12> kMissingWords = {"",     "na",   "n/a", "#n/a",    "nan", "-nan",
                                                            "null", "none", "nil", "missing", "?",   "."};

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

bool is_missing_word(std::string_view text) {
  if (text.size() > 7) return false;
  if (!text.empty() && text.find_first_not_of('-') == std::string_view::npos) return true;
  return std::any_of(kMissingWords.begin(), kMissingWords.end(),
                     [&](std::string_view word) { return equal_ignoring_case(text, word); });
}

/// Whether all of the text is one number; infinities and NaN are numbers here, and one beyond a double is infinite.
/// Correctly rounded in either build.
#ifdef __EMSCRIPTEN__
// The powers of fast_float are 10 kB of a download, and nlohmann-json brings strtod along. strtod also takes blanks, a
// second sign and hexadecimal numbers, which are kept from it.
bool parse_whole(std::string_view text, char point, double& value) {
  constexpr std::string_view kBegin = "-.0123456789iInN";
  if (text.empty() || kBegin.find(text[0]) == std::string_view::npos) return false;
  if (text.find_first_of("xX") != std::string_view::npos) return false;
  std::string copy(text);
  if (point != '.') {
    if (copy.find('.') != std::string::npos) return false;
    std::replace(copy.begin(), copy.end(), point, '.');
  }
  char* end = nullptr;
  value = std::strtod(copy.c_str(), &end);
  return end == copy.c_str() + copy.size();
}
#else
bool parse_whole(std::string_view text, char point, double& value) {
  const char* end = text.data() + text.size();
  const fast_float::parse_options options(fast_float::chars_format::general, point);
  const auto result = fast_float::from_chars_advanced(text.data(), end, value, options);
  return result.ptr == end && (result.ec == std::errc() || result.ec == std::errc::result_out_of_range);
}
#endif

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

CellKind read_number(std::string_view cell, bool decimal_comma, double& value) {
  const std::string_view text = trim(cell);
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  double parsed = 0;
  if (parse_whole(text.substr(plus ? 1 : 0), decimal_comma ? ',' : '.', parsed) && !std::isnan(parsed)) {
    if (std::abs(parsed) > kLargestNumber) return CellKind::too_large;
    value = parsed;
    return CellKind::number;
  }
  if (!is_missing_word(text)) return CellKind::text;
  value = std::numeric_limits<double>::quiet_NaN();
  return CellKind::missing;
}

std::optional<TruthWord> read_truth(std::string_view cell) {
  constexpr std::array<std::array<std::string_view, 2>, 5> kWords = {
      {{"false", "true"}, {"no", "yes"}, {"n", "y"}, {"f", "t"}, {"off", "on"}}};
  const std::string_view text = trim(cell);
  for (std::size_t i = 0; i < kWords.size(); ++i)
    for (const bool value : {false, true})
      if (equal_ignoring_case(text, kWords[i][value ? 1 : 0])) return TruthWord{value, static_cast<int>(i)};
  return std::nullopt;
}

std::string quote_for_message(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  std::size_t end = std::min(kLongest, text.size());
  const auto within_character = [&] {
    return end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80;
  };
  while (end > 0 && within_character()) --end;
  std::string shown = utf8_or_replaced(text.substr(0, end));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return concat("'", shown, end < text.size() ? "...'" : "'");
}

}  // namespace recurra
