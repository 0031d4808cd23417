// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/vocabulary.h"

#include <gtest/gtest.h>

#include "recurra/data/number.h"
#include "recurra/data/utf8.h"
#include "tests/error_of.h"

namespace recurra {
namespace {

using Ids = std::vector<Index>;

Vocabulary fit(const std::string& text, TokenUnit unit, const VocabularyOptions& options = {}) {
  TokenCounts counts(unit);
  counts.add(text, "text");
  return {counts, options};
}

TEST(Utf8, LengthsAndWhatIsRefused) {
  EXPECT_EQ(utf8_length("a", 0), 1u);
  EXPECT_EQ(utf8_length("\xC3\xA9", 0), 2u);
  EXPECT_EQ(utf8_length("\xE2\x82\xAC", 0), 3u);
  EXPECT_EQ(utf8_length("\xF0\x9F\x8E\xB5", 0), 4u);
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
    EXPECT_EQ(utf8_length(bad, 0), 0u) << bad;
  EXPECT_EQ(utf8_error("ab\xC3\xA9\xFFz"), 4u);
  EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, WhatIsNotIsReplacedByteByByte) {
  EXPECT_EQ(utf8_or_replaced("na\xC3\xAFve"), "na\xC3\xAFve");
  EXPECT_EQ(utf8_or_replaced("a\xE9z\xE2\x82"), "a\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(quote_for_message(std::string(39, 'x') + "\xC3\xAF" + "y"), "'" + std::string(39, 'x') + "...'");
}

TEST(Vocabulary, NumbersByCountThenByBytes) {
  const Vocabulary v = fit("bbb aa cc", TokenUnit::character, {.unknown = true, .begin = true, .end = true});
  EXPECT_EQ(v.size(), 7);
  EXPECT_EQ(v.unknown(), 0);
  EXPECT_EQ(v.begin(), 1);
  EXPECT_EQ(v.end(), 2);
  EXPECT_EQ(v.tokens(), (std::vector<std::string>{"b", " ", "a", "c"}));
  EXPECT_EQ(v.find("a"), 5);
  EXPECT_EQ(v.find("z"), std::nullopt);
  EXPECT_EQ(v.name(0), "<unknown>");
  EXPECT_EQ(v.name(2), "<end>");
  EXPECT_EQ(v.name(3), "b");
  EXPECT_THROW(v.name(7), ValueError);
}

TEST(Vocabulary, CharactersAreCodePoints) {
  const Vocabulary v = fit("na\xC3\xAFve", TokenUnit::character);
  EXPECT_EQ(v.size(), 6);
  const Ids ids = v.encode("\xC3\xAFn", "prompt");
  EXPECT_EQ(ids.size(), 2u);
  EXPECT_EQ(v.decode(ids), "\xC3\xAFn");
}

TEST(Vocabulary, BytesTakeAnything) {
  const std::string text = std::string("\xFF\x00\xFE", 3);
  const Vocabulary v = fit(text, TokenUnit::byte, {.unknown = false});
  EXPECT_EQ(v.decode(v.encode(text, "text")), text);
}

TEST(Vocabulary, WordsKeepLines) {
  const Vocabulary v = fit("to  be\tor\r\nnot\n", TokenUnit::word);
  const Ids ids = v.encode("to be\nnot  to\n", "text");
  EXPECT_EQ(ids.size(), 6u);
  EXPECT_EQ(v.decode(ids), "to be\nnot to\n");
}

TEST(Vocabulary, UnknownTokensAreCounted) {
  const Vocabulary v = fit("abab", TokenUnit::character);
  Index unknown = 1;
  EXPECT_EQ(v.decode(v.encode("axbyz", "t", &unknown)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(unknown, 4);
  const Vocabulary none = fit("abab", TokenUnit::character, {.unknown = false});
  EXPECT_NE(error_of([&] { none.encode("abx", "the prompt"); }).find("the prompt: 'x' at byte 2"), std::string::npos)
      << error_of([&] { none.encode("abx", "the prompt"); });
}

TEST(Vocabulary, RareTokensAreLeftOut) {
  const std::string text = "aaaa bbb cc d";
  EXPECT_EQ(fit(text, TokenUnit::word).size(), 5);
  EXPECT_EQ(fit("a a a b b c", TokenUnit::word, {.min_count = 2}).tokens(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(fit("a a a b b c", TokenUnit::word, {.max_size = 2}).tokens(), (std::vector<std::string>{"a"}));
  EXPECT_THROW(fit("a a b", TokenUnit::word, {.unknown = false, .min_count = 2}), ValueError);
  EXPECT_THROW(fit("a", TokenUnit::word, {.min_count = 2}), ValueError);
  EXPECT_THROW(fit("a", TokenUnit::word, {.min_count = 0}), ValueError);
  EXPECT_THROW(fit("a", TokenUnit::word, {.max_size = 1}), ValueError);
  EXPECT_THROW(fit("", TokenUnit::word), ValueError);
}

TEST(Vocabulary, InvalidUtf8IsRefusedWithItsOffsetOrReplaced) {
  const std::string text =
      "ab\xFF"
      "c \xC3";
  for (const TokenUnit unit : {TokenUnit::character, TokenUnit::word}) {
    TokenCounts counts(unit);
    EXPECT_NE(error_of([&] { counts.add(text, "play.txt"); }).find("play.txt: byte 2 (value 255)"), std::string::npos);
    TokenCounts lenient(unit, InvalidUtf8::replace);
    lenient.add(text, "play.txt");
    const Vocabulary v(lenient, {});
    EXPECT_EQ(v.decode(v.encode(text, "play.txt", nullptr, InvalidUtf8::replace)),
              "ab\xEF\xBF\xBD"
              "c \xEF\xBF\xBD");
  }
}

TEST(Vocabulary, GivenTokensMustBeTokens) {
  EXPECT_EQ(Vocabulary(TokenUnit::word, {"no", "yes"}, {.unknown = false}).find("yes"), 1);
  EXPECT_THROW(Vocabulary(TokenUnit::word, {"no", "no"}, {}), ValueError);
  EXPECT_THROW(Vocabulary(TokenUnit::word, {"two words"}, {}), ValueError);
  EXPECT_THROW(Vocabulary(TokenUnit::word, {""}, {}), ValueError);
  EXPECT_THROW(Vocabulary(TokenUnit::character, {"ab"}, {}), ValueError);
  EXPECT_THROW(Vocabulary(TokenUnit::character, {"\xFF"}, {}), ValueError);
}

}  // namespace
}  // namespace recurra
