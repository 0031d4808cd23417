// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/vocabulary_json.h"

#include <gtest/gtest.h>

namespace recurra {
namespace {

Vocabulary round_trip(const Vocabulary& vocabulary) {
  const nlohmann::json json = parse_strict_json(to_json(vocabulary).dump(), "vocabulary");
  return vocabulary_from(JsonReader(json, "vocabulary"));
}

TEST(VocabularyJson, RoundTrips) {
  for (const TokenUnit unit : {TokenUnit::character, TokenUnit::byte, TokenUnit::word}) {
    TokenCounts counts(unit);
    counts.add("na\xC3\xAFve \"quotes\"\n", "text");
    const Vocabulary v(counts, {.unknown = unit != TokenUnit::byte, .begin = true}), same = round_trip(v);
    EXPECT_EQ(same.unit(), unit);
    EXPECT_EQ(same.tokens(), v.tokens());
    EXPECT_EQ(same.unknown(), v.unknown());
    EXPECT_EQ(same.begin(), v.begin());
    EXPECT_EQ(same.end(), std::nullopt);
  }
}

TEST(VocabularyJson, StrangersAreRefused) {
  const auto read = [](const nlohmann::json& change) {
    nlohmann::json json = {{"unit", "byte"}, {"unknown", true}, {"begin", false}, {"end", false}, {"tokens", {1, 2}}};
    json.update(change);
    return vocabulary_from(JsonReader(json, "vocabulary"));
  };
  EXPECT_EQ(read(nlohmann::json::object()).size(), 3);
  EXPECT_THROW(read({{"unit", "syllable"}}), FormatError);
  EXPECT_THROW(read({{"tokens", {256}}}), FormatError);
  EXPECT_THROW(read({{"tokens", {1.5}}}), FormatError);
  EXPECT_THROW(read({{"tokens", {1, 1}}}), ValueError);
  EXPECT_THROW(read({{"tokens", nlohmann::json::array()}}), ValueError);
  EXPECT_THROW(read({{"unit", "word"}}), FormatError);
}

}  // namespace
}  // namespace recurra
