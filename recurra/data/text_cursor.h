// SPDX-License-Identifier: Apache-2.0
// Parses a short text from the front. Example:
//
//   recurra::TextCursor cursor("12:30");
//   const int hour = cursor.digits(1, 2);
//   const bool colon = cursor.take(':');
#pragma once

#include <algorithm>
#include <string_view>

namespace recurra {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  /// The next character, or 0 at the end.
  char peek() const { return text_.empty() ? '\0' : text_[0]; }
  std::string_view rest() const { return text_; }

  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// A number of at least `least` and at most `most` digits (`most` is at most nine), or -1.
  int digits(std::size_t least, std::size_t most) {
    const std::size_t n = std::min(most, digits_ahead());
    if (n < least) return -1;
    int value = 0;
    for (std::size_t i = 0; i < n; ++i) value = value * 10 + (text_[i] - '0');
    text_.remove_prefix(n);
    return value;
  }
  std::size_t digits_ahead() const {
    return static_cast<std::size_t>(std::find_if_not(text_.begin(), text_.end(), is_digit) - text_.begin());
  }
  /// The letters A to Z that come next, perhaps none.
  std::string_view letters() {
    const auto n = static_cast<std::size_t>(std::find_if_not(text_.begin(), text_.end(), is_letter) - text_.begin());
    const std::string_view out = text_.substr(0, n);
    text_.remove_prefix(n);
    return out;
  }
  /// The same, including letters beyond ASCII.
  std::string_view word() {
    const auto ends = [](char c) { return !is_letter(c) && (c & 0x80) == 0; };
    const auto n = static_cast<std::size_t>(std::find_if(text_.begin(), text_.end(), ends) - text_.begin());
    const std::string_view out = text_.substr(0, n);
    text_.remove_prefix(n);
    return out;
  }
  /// One letter, or 0.
  char take_letter() {
    if (!is_letter(peek())) return '\0';
    const char c = text_[0];
    text_.remove_prefix(1);
    return c;
  }

 private:
  std::string_view text_;
};

}  // namespace recurra
