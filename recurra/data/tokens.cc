// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/tokens.h"

#include "recurra/data/utf8.h"

namespace recurra {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

}  // namespace

bool TokenReader::next(std::string_view& token) {
  while (unit_ == TokenUnit::word && at_ < text_.size() && is_blank(text_[at_])) ++at_;
  if (at_ >= text_.size()) return false;
  offset_ = at_;
  token = unit_ == TokenUnit::byte ? text_.substr(at_++, 1) : unit_ == TokenUnit::character ? character() : word();
  return true;
}

std::string_view TokenReader::character() {
  if (const std::size_t length = utf8_length(text_, at_)) {
    at_ += length;
    return text_.substr(offset_, length);
  }
  refuse_or_count(at_++);
  return kReplacementCharacter;
}

std::string_view TokenReader::word() {
  if (text_[at_] == '\n') return text_.substr(at_++, 1);
  patched_.clear();
  bool patched = false;
  while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != '\n') {
    const std::size_t length = utf8_length(text_, at_);
    if (length == 0) {
      refuse_or_count(at_);
      if (!patched) patched_ = text_.substr(offset_, at_ - offset_);
      patched = true;
      patched_ += kReplacementCharacter;
      ++at_;
      continue;
    }
    if (patched) patched_ += text_.substr(at_, length);
    at_ += length;
  }
  return patched ? std::string_view(patched_) : text_.substr(offset_, at_ - offset_);
}

void TokenReader::refuse_or_count(std::size_t at) {
  if (invalid_ == InvalidUtf8::refuse)
    throw FormatError(concat(name_, ": byte ", at, " (value ", static_cast<int>(static_cast<unsigned char>(text_[at])),
                             ") is not UTF-8; convert the text, read it as bytes, or replace what is invalid"),
                      at);
  ++replaced_;
}

}  // namespace recurra
