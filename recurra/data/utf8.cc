// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/utf8.h"

namespace recurra {

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto between = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
  if (at >= text.size()) return 0;
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return between(at + 1, 0x80, 0xBF) ? 2 : 0;
  // The second byte's range rules out overlong forms, surrogates and code points above U+10FFFF (Unicode, table 3-7).
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (!between(at + 1, low, high) || !between(at + 2, 0x80, 0xBF)) return 0;
  if (first < 0xF0) return 3;
  return between(at + 3, 0x80, 0xBF) ? 4 : 0;
}

std::size_t utf8_error(std::string_view text) {
  std::size_t at = 0;
  while (const std::size_t length = utf8_length(text, at)) at += length;
  return at;
}

std::string utf8_or_replaced(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    out += length > 0 ? text.substr(at, length) : kReplacementCharacter;
    at += length > 0 ? length : 1;
  }
  return out;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace recurra
