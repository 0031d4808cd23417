// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/text_features.h"

#include <algorithm>

namespace recurra {
namespace {

constexpr int kTab = 4;  // blanks that a tab indents by

bool opens(char c) {
  return c == '(' || c == '[' || c == '{';
}
bool closes(char c) {
  return c == ')' || c == ']' || c == '}';
}

}  // namespace

const std::array<std::string, TextFeatures::kCount>& TextFeatures::names() {
  static const std::array<std::string, kCount> names = {"inside quotes", "place in the line", "end of the line",
                                                        "indentation",   "brackets open",     "inside a word"};
  return names;
}

void TextFeatures::read(std::string_view text) {
  for (const char c : text) read_byte(c);
}

void TextFeatures::read_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\n') {
    if (column_ == 0) {
      quoted_ = false;
      brackets_ = 0;
    }
    column_ = indentation_ = 0;
    indenting_ = true;
    in_word_ = false;
    return;
  }
  if ((byte & 0xC0) == 0x80) return;  // a code point counts at its first byte
  ++column_;
  const bool blank = c == ' ' || c == '\t';
  indenting_ = indenting_ && blank;
  if (indenting_) indentation_ += c == '\t' ? kTab : 1;
  in_word_ = byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  if (c == '"') quoted_ = !quoted_;
  if (opens(c)) ++brackets_;
  if (closes(c)) brackets_ = std::max(0, brackets_ - 1);
}

std::array<double, TextFeatures::kCount> TextFeatures::values() const {
  return {quoted_ ? 1.0 : 0.0,
          static_cast<double>(column_),
          column_ == 0 ? 1.0 : 0.0,
          static_cast<double>(indentation_),
          static_cast<double>(brackets_),
          in_word_ ? 1.0 : 0.0};
}

}  // namespace recurra
