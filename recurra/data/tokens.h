// SPDX-License-Identifier: Apache-2.0
// Cuts a text into tokens: characters (code points of UTF-8), bytes, or words. A word is a run of anything but blanks;
// a line feed is a word of its own, other blanks only separate. Invalid UTF-8 is refused with its offset, or replaced.
// Example:
//
//   recurra::TokenReader reader("to be\n", "line 1", recurra::TokenUnit::word);
//   std::string_view token;
//   while (reader.next(token)) {}                                       // "to", "be", "\n"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "recurra/tensor/tensor.h"

namespace recurra {

enum class TokenUnit { character, byte, word };
/// replace: each byte that is not UTF-8 counts as U+FFFD. Not applied to byte tokens.
enum class InvalidUtf8 { refuse, replace };

class TokenReader {
 public:
  /// Keeps a view of the text and starts at its byte `begin`; `name` stands for the text in messages.
  TokenReader(std::string_view text, std::string name, TokenUnit unit, InvalidUtf8 invalid = InvalidUtf8::refuse,
              std::size_t begin = 0)
      : text_(text), name_(std::move(name)), unit_(unit), invalid_(invalid), at_(begin) {}

  /// The next token; valid until the next call. False at the end.
  /// Errors: FormatError, with the offset, for invalid UTF-8 that is refused.
  bool next(std::string_view& token);
  /// Where the token of the last call began, in bytes.
  std::size_t offset() const { return offset_; }
  /// Bytes replaced so far.
  Index replaced() const { return replaced_; }

 private:
  std::string_view character();
  std::string_view word();
  void refuse_or_count(std::size_t at);

  std::string_view text_;
  std::string name_;
  TokenUnit unit_;
  InvalidUtf8 invalid_;
  std::size_t at_, offset_ = 0;
  Index replaced_ = 0;
  std::string patched_;  ///< a word in which bytes were replaced
};

}  // namespace recurra
