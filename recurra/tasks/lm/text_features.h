// SPDX-License-Identifier: Apache-2.0
// Features of a text as numbers after each token: whether it is inside quotes, the position in the line, the
// indentation, the number of open brackets. Units of a net are compared with them. Example:
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

  /// Reads a further piece of text. A blank line closes quotes and brackets, which texts often leave open.
  void read(std::string_view text);
  /// The features after the text read so far, in the order of names(). "end of the line" is 1 right after a line feed.
  std::array<double, kCount> values() const;

 private:
  void read_byte(char c);

  bool quoted_ = false, indenting_ = true, in_word_ = false;
  int column_ = 0, indentation_ = 0, brackets_ = 0;
};

}  // namespace recurra
