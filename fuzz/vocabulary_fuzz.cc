// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "fuzz/fuzz.h"
#include "recurra/io/vocabulary_json.h"

namespace {

/// Whatever the text holds, reading it with replacements works, and the numbers give the same text back.
void round_trip(const std::string& text, recurra::TokenUnit unit) {
  recurra::TokenCounts counts(unit, recurra::InvalidUtf8::replace);
  counts.add(text, "text");
  const recurra::Vocabulary vocabulary(counts, {});
  const auto ids = vocabulary.encode(text, "text", nullptr, recurra::InvalidUtf8::replace);
  const std::string once = vocabulary.decode(ids);
  if (vocabulary.encode(once, "again") != ids) std::abort();
  const nlohmann::json json = recurra::to_json(vocabulary);
  if (recurra::vocabulary_from(recurra::JsonReader(json, "json")).tokens() != vocabulary.tokens()) std::abort();
}

}  // namespace

// A text in each unit; then the same bytes as a vocabulary of a model file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto unit : {recurra::TokenUnit::character, recurra::TokenUnit::byte, recurra::TokenUnit::word})
    parse_or_refuse(data, size, [unit](const std::string& text) { round_trip(text, unit); });
  return parse_or_refuse(data, size, [](const std::string& text) {
    const nlohmann::json json = recurra::parse_strict_json(text, "json");
    recurra::vocabulary_from(recurra::JsonReader(json, "json"));
  });
}
