// SPDX-License-Identifier: Apache-2.0
// What was read can be written, over odd inputs; fuzz/round_trip_fuzz.cc looks for more.
#include "fuzz/round_trip.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "recurra/data/text_file.h"

namespace recurra {
namespace {

/// Texts that hold `odd` where a label, a name, a token or a value stands, in the form of each reader.
std::vector<std::string> around(const std::string& odd) {
  std::string rows = "id,x,label\n", symbols = "letters,label\n", series = "t," + odd + "\n", values = "x\n";
  std::string ts = "@classLabel true\n@data\n", words, sentences, pairs, lines, text = odd;
  for (int i = 0; i < 12; ++i) {
    const std::string label = i % 2 == 0 ? odd : "up", n = std::to_string(i);
    rows += n + "," + n + "," + label + "\n" + n + ",7," + label + "\n";
    symbols += "ACGT," + label + "\n";
    series += n + "," + std::to_string(i * i % 7) + "\n";
    values += (i == 5 ? odd : n) + "\n";
    ts += n + ",2:" + label + "\n";
    words += "w" + n + " " + label + "\n" + (i % 3 == 2 ? "\n" : "");
    sentences += R"({"tokens": ["a", ")" + odd + R"("], "tags": ["x", ")" + label + R"("]})" + "\n";
    pairs += odd + n + "\t" + label + "\n";
    lines += R"({"values": [1, 2], "label": ")" + label + "\"}\n";
    text += " to be " + odd;
  }
  return {rows, symbols, series, values, ts, words, sentences, pairs, lines, text};
}

void expect_kept(const std::string& text) {
  try {
    round_trip::check(text);
  } catch (const std::logic_error& error) {
    FAIL() << error.what() << "\nof:\n" << text;
  }
}

TEST(RoundTrip, WhatWasReadCanBeWritten) {
  const std::vector<std::string> odds = {"plain",
                                         "caf\xE9",             // Latin-1
                                         "\xEF\xBB\xBF",        // a byte-order mark
                                         "\xED\xA0\x80",        // a surrogate
                                         "\xC0\x80",            // an overlong form
                                         "\xF0\x9F\x98\x80",    // outside the basic plane
                                         std::string("\0", 1),  // NUL
                                         "\xE2\x80",            // cut off
                                         "\"quoted\"",
                                         "a\\b",
                                         "1e160",
                                         "-1e300",
                                         "1.7e308",
                                         "1e37",
                                         "1e36",
                                         "1e-320",
                                         "inf",
                                         "nan",
                                         "",
                                         " "};
  for (const std::string& odd : odds)
    for (const std::string& text : around(odd)) expect_kept(text);
}

TEST(RoundTrip, EveryReaderMakesAModelOfPlainData) {
  int models = 0;
  for (const std::string& text : around("plain")) models += round_trip::check(text);
  // Forecasts of three tables, four kinds of classifier, two of tagger, each text in three units, and pairs.
  EXPECT_GE(models, 20);
}

TEST(RoundTrip, SeedsOfTheFuzzersCanBeWritten) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(RECURRA_SOURCE_DIR "/fuzz/seeds"))
    if (entry.is_regular_file() && entry.file_size() < 2000) expect_kept(read_text_file(entry.path().string()));
}

}  // namespace
}  // namespace recurra
