// SPDX-License-Identifier: Apache-2.0
// What a reader of a text keeps in mind, as a number after each token: whether it stands inside quotes, how far into
// the line, how deep the line is indented, how many brackets are open. Units of a net are compared with it. Example:
//
//   recurra::TextFeatures features;
//   features.read("\"so\"");
//   double quoted = features.values()[0];                                  // 0: the quotes are closed again
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace recurra {

class TextFeatures {
 public:
  static constexpr std::size_t kCount = 6;
  /// "inside quotes", "place in the line", "end of the line", "indentation", "brackets open", "inside a word".
  static const std::array<std::string, kCount>& names();

  /// Goes on by a piece of text. A blank line closes quotes and brackets, as texts forget to.
  void read(std::string_view text);
  /// After what was read, in the order of names(). "end of the line" is 1 right behind a line feed.
  std::array<double, kCount> values() const;

 private:
  void read_byte(char c);

  bool quoted_ = false, indenting_ = true, in_word_ = false;
  int column_ = 0, indentation_ = 0, brackets_ = 0;
};

}  // namespace recurra
