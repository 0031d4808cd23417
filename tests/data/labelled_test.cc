// SPDX-License-Identifier: Apache-2.0
// The readers of labelled sequences, and the cutting into folds.
#include "recurra/data/labelled.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "recurra/data/csv.h"
#include "recurra/data/log_mel.h"
#include "recurra/data/long_table.h"
#include "recurra/data/ts_file.h"
#include "tests/error_of.h"

namespace recurra {
namespace {

LabelledSequences ts(const std::string& text) {
  std::istringstream in(text);
  return read_ts(in, "x.ts");
}

std::string ts_error(const std::string& text) {
  return error_of([&] { ts(text); });
}

Table table(const std::string& text) {
  std::istringstream in(text);
  return read_csv(in, "x.csv");
}

std::vector<float> steps_of(const LabelledSequences& set, Index i) {
  const auto steps = set.x.steps(i);
  return {steps.begin(), steps.end()};
}

TEST(TsFile, ReadsChannelsUnequalLengthsAndMissingValues) {
  const auto set = ts("# about\n@problemName p\n@classLabel true a b\r\n\n@data\n1,2,3:4,?,6:a\r\n7:8:b\n");
  EXPECT_EQ(set.channels.size(), 2u);
  EXPECT_EQ(set.x.lengths(), (std::vector<Index>{3, 1}));
  EXPECT_EQ(set.labels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(steps_of(set, 1), (std::vector<float>{7, 8}));
  EXPECT_TRUE(std::isnan(steps_of(set, 0)[3]));
  EXPECT_EQ(ts("@classLabel false\n@data\n1,2\n").labels[0], "");
}

TEST(TsFile, MissingValuesAtTheEndOfAllChannelsArePadding) {
  const auto set = ts(
      "@equalLength true\n@classLabel true a\n@data\n1,2,NaN,NaN:4,NaN,6,?:a\n1,2,3,4:5,6,7,8:a\n?,?,?,?:?,?,?,?:a\n");
  EXPECT_EQ(set.x.lengths(), (std::vector<Index>{3, 4, 0}));
  EXPECT_EQ(set.warnings, std::vector<std::string>{
                              "x.ts: 2 sequences end in missing values of all channels; these 5 steps are padding and "
                              "do not count"});
  EXPECT_TRUE(ts("@classLabel false\n@data\n1,?,3\n").warnings.empty());
}

TEST(TsFile, RefusesWhatDoesNotFitAndNamesTheLine) {
  const std::string head = "@classLabel true a b\n@data\n";
  EXPECT_EQ(ts_error(head + "1,2:3:a\n"), "x.ts line 3: channel 2 has 1 values, channel 1 has 2");
  EXPECT_EQ(ts_error(head + "1:2:a\n1:a\n"), "x.ts line 4: expected 2 channels as in the first sequence, found 1");
  EXPECT_EQ(ts_error(head + "1:c\n"), "x.ts line 3: the label 'c' is not in the list of @classLabel");
  EXPECT_EQ(ts_error(head + "1,x:a\n"), "x.ts line 3: channel 1 value 2: expected a number or ?, found 'x'");
  EXPECT_EQ(ts_error(head + "1,inf:a\n"),
            "x.ts line 3: channel 1 value 2: expected a number of at most 1e+36 in size, found 'inf'; divide the "
            "values by a power of ten");
  EXPECT_NE(ts_error(head + "1,-1e37:a\n").find("found '-1e37'"), std::string::npos);
  EXPECT_EQ(ts_error("@classLabel true\n@data\n1:b\n2:caf\xE9\n"),
            "x.ts line 4: the label 'caf\xEF\xBF\xBD' is not UTF-8; convert the file to UTF-8");
  EXPECT_EQ(ts_error(head + "1\n"), "x.ts line 3: expected values, a colon and a label");
  EXPECT_EQ(ts_error(head), "x.ts line 2: there is no sequence below @data");
  EXPECT_EQ(ts_error("1,2:a\n"), "x.ts line 1: expected a header line that begins with @, or @data, found '1,2:a'");
  EXPECT_EQ(ts_error(""), "x.ts line 0: expected a line @data");
  EXPECT_THROW(ts("@timeStamps true\n@data\n"), UnsupportedError);
}

TEST(LongTable, SortsByTimeAndKeepsTheFirstOrder) {
  const auto set =
      sequences_from(table("id,when,x,y,label\nb,2024-01-02,3,4,up\na,2024-01-01,9,,down\nb,2024-01-01,1,2,up\n"),
                     LongColumns{.id = "id", .time = "when", .label = "label"});
  EXPECT_EQ(set.ids, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(set.labels, (std::vector<std::string>{"up", "down"}));
  EXPECT_EQ(set.channels, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(steps_of(set, 0), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_TRUE(std::isnan(steps_of(set, 1)[1]));
}

TEST(LongTable, NamesTheRowsThatContradict) {
  const auto error = [](const std::string& text, const LongColumns& columns) {
    return error_of([&] { sequences_from(table(text), columns); });
  };
  const LongColumns columns{.id = "id", .time = "t", .label = "label"};
  EXPECT_EQ(error("id,t,x,label\na,1,1,up\na,2,2,down\n", columns),
            "x.csv rows 2 and 3: the sequence 'a' has two values in column 'label', 'up' and 'down'; expected one");
  EXPECT_EQ(error("id,t,x,label\na,1,1,up\na,1,2,up\n", columns),
            "x.csv rows 2 and 3: the sequence 'a' has one time twice");
  EXPECT_EQ(error("id,t,x,label\n,1,1,up\n", columns),
            "x.csv row 2: the column 'id' has no value, expected the name of a sequence");
  EXPECT_EQ(error("id,t,label\na,1,up\n", columns), "x.csv: there is no column of values beside id, time and label");
  EXPECT_EQ(error("id,t,x,label\na,1,1,up\nb,1,2,caf\xE9\n", columns),
            "x.csv row 3, column 'label': 'caf\xEF\xBF\xBD' is not UTF-8; convert the file to UTF-8");
  EXPECT_EQ(error("id,t,x,label\n\xFF,1,1,up\n", columns),
            "x.csv row 2, column 'id': '\xEF\xBF\xBD' is not UTF-8; convert the file to UTF-8");
  EXPECT_NE(error("id,t,x\na,1,1\n", columns).find("label"), std::string::npos);
}

TEST(Alphabet, MixesAmbiguousCodesEqually) {
  const Alphabet dna = Alphabet::parse("dna");
  Index unknown = 0;
  EXPECT_EQ(dna.encode("aN", unknown), (std::vector<float>{1, 0, 0, 0, 0.25f, 0.25f, 0.25f, 0.25f}));
  EXPECT_EQ(dna.encode("D", unknown), (std::vector<float>{1 / 3.0f, 0, 1 / 3.0f, 1 / 3.0f}));
  EXPECT_EQ(unknown, 0);
  EXPECT_EQ(dna.encode("!", unknown), (std::vector<float>(4, 0.25f)));
  EXPECT_EQ(unknown, 1);
  EXPECT_EQ(Alphabet::parse("HT,?=HT").encode("?", unknown), (std::vector<float>{0.5f, 0.5f}));
  EXPECT_EQ(Alphabet::parse("protein").size(), 20);
  const Alphabet cases = Alphabet::parse("Aa");  // both cases are letters of their own
  EXPECT_EQ(cases.encode("a", unknown), (std::vector<float>{0, 1}));
}

TEST(Alphabet, RefusesWhatIsNone) {
  for (const char* text : {"", "A", "AA", "A B", "AC,N", "AC,N=", "AC,N=AX", "AC,A=C", "\xC3\xA9x"})
    EXPECT_THROW(Alphabet::parse(text), ValueError) << text;
}

TEST(SymbolTable, TrimsCellsAndTellsOfUnknownSymbols) {
  const auto set =
      sequences_from(table("kind,name,dna\nEI, one ,  ACG\nN,two,A*\n"),
                     SymbolColumns{.symbols = "dna", .id = "name", .label = "kind"}, Alphabet::parse("dna"));
  EXPECT_EQ(set.ids[0], "one");
  EXPECT_EQ(set.x.lengths(), (std::vector<Index>{3, 2}));
  ASSERT_EQ(set.warnings.size(), 1u);
  EXPECT_NE(set.warnings[0].find("1 symbols"), std::string::npos);
}

TEST(Folds, KeepEqualSequencesTogetherAndSpreadTheLabels) {
  LabelledSequences set{"x", {"x"}, Sequences<float>(1), {}, {}, {}};
  for (int i = 0; i < 200; ++i) {
    const auto v = static_cast<float>(i % 150);  // 50 come twice
    set.add(std::to_string(i), i % 150 < 30 ? "rare" : "common", std::vector<float>{v, v + 1});
  }
  const auto fold_of = grouped_folds(set, 5, 1);
  for (std::size_t i = 150; i < 200; ++i) EXPECT_EQ(fold_of[i], fold_of[i - 150]);
  std::map<Index, Index> sizes, rare;
  for (std::size_t i = 0; i < 200; ++i) {
    ++sizes[fold_of[i]];
    if (set.labels[i] == "rare") ++rare[fold_of[i]];
  }
  for (Index f = 0; f < 5; ++f) {
    EXPECT_NEAR(static_cast<double>(sizes[f]), 40, 3);
    EXPECT_NEAR(static_cast<double>(rare[f]), 12, 2);
  }
  EXPECT_EQ(fold_of, grouped_folds(set, 5, 1));
  EXPECT_NE(fold_of, grouped_folds(set, 5, 2));
  EXPECT_THROW(grouped_folds(set, 1, 1), ValueError);
  EXPECT_THROW(grouped_folds(set, 151, 1), ValueError);
}

std::string bytes_of(std::uint64_t value, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

std::string wav(int kind, int channels, int bits, const std::string& data, int rate = 8000) {
  const std::string format = bytes_of(kind, 2) + bytes_of(channels, 2) + bytes_of(rate, 4) +
                             bytes_of(rate * channels * bits / 8, 4) + bytes_of(channels * bits / 8, 2) +
                             bytes_of(bits, 2);
  const std::string body = "WAVEfmt " + bytes_of(16, 4) + format + "LIST" + bytes_of(1, 4) + std::string("x\0", 2) +
                           "data" + bytes_of(data.size(), 4) + data;
  return "RIFF" + bytes_of(body.size(), 4) + body;
}

TEST(Wav, ReadsEveryWidthAndMixesDown) {
  EXPECT_EQ(parse_wav(wav(1, 1, 8, std::string("\x00\x80\xC0", 3)), "x").samples, (std::vector<float>{-1, 0, 0.5f}));
  EXPECT_EQ(parse_wav(wav(1, 1, 16, bytes_of(0x8000, 2) + bytes_of(0x4000, 2)), "x").samples,
            (std::vector<float>{-1, 0.5f}));
  EXPECT_EQ(parse_wav(wav(1, 1, 24, bytes_of(0xC00000, 3)), "x").samples, (std::vector<float>{-0.5f}));
  EXPECT_EQ(parse_wav(wav(1, 2, 32, bytes_of(0x80000000, 4) + bytes_of(0x40000000, 4)), "x").samples,
            (std::vector<float>{-0.25f}));
  EXPECT_EQ(parse_wav(wav(3, 1, 32, bytes_of(0x3F400000, 4)), "x").samples, (std::vector<float>{0.75f}));
  EXPECT_EQ(parse_wav(wav(3, 1, 64, bytes_of(0x3FE8000000000000, 8)), "x").samples, (std::vector<float>{0.75f}));
  EXPECT_EQ(parse_wav(wav(1, 1, 16, ""), "x").rate, 8000);
}

TEST(Wav, RefusesTruncatedCompressedAndBroken) {
  const std::string whole = wav(1, 1, 16, bytes_of(0, 8));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(parse_wav(whole.substr(0, size), "x"), FormatError) << size;
  EXPECT_EQ(error_of([&] { parse_wav(whole.substr(0, whole.size() - 3), "x.wav"); }),
            "x.wav byte 46: the file is truncated: a chunk of 8 bytes is announced, 5 are left");
  EXPECT_THROW(parse_wav(wav(0x11, 1, 4, "abcd"), "x"), UnsupportedError);  // ADPCM
  EXPECT_THROW(parse_wav(wav(1, 0, 16, "abcd"), "x"), FormatError);
  EXPECT_THROW(parse_wav(wav(1, 1, 12, "abcd"), "x"), FormatError);
  EXPECT_THROW(parse_wav(wav(1, 1, 16, "abc"), "x"), FormatError);
  EXPECT_THROW(parse_wav(wav(1, 1, 16, "ab", 0), "x"), FormatError);
  EXPECT_THROW(parse_wav(wav(3, 1, 32, bytes_of(0x7FC00000, 4)), "x"), FormatError);  // NaN
}

TEST(LogMel, ATonePutsItsEnergyIntoItsBand) {
  const LogMelOptions options{.bands = 20, .frame_ms = 32, .hop_ms = 16, .low_hz = 0, .high_hz = 4000};
  const auto loudest = [&](double hz) {
    Sound sound{8000, {}};
    for (int i = 0; i < 800; ++i)
      sound.samples.push_back(static_cast<float>(std::sin(2 * std::numbers::pi * hz * i / sound.rate)));
    const auto frames = log_mel(sound, options);
    EXPECT_EQ(frames.size(), 20u * 5);
    return std::max_element(frames.begin(), frames.begin() + 20) - frames.begin();
  };
  // Band b is centred at (b + 1) / 21 of mel(4000).
  const auto centre = [](int b) { return 700 * (std::pow(10, (b + 1) / 21.0 * std::log10(1 + 4000 / 700.0)) - 1); };
  EXPECT_EQ(loudest(centre(5)), 5);
  EXPECT_EQ(loudest(centre(15)), 15);
}

TEST(LogMel, ShortSoundsAndBadOptions) {
  EXPECT_EQ(log_mel({8000, std::vector<float>(10)}, {}).size(), 40u);
  EXPECT_TRUE(log_mel({8000, {}}, {}).empty());
  EXPECT_THROW(log_mel({8000, {0.0f}}, {.bands = 0}), ValueError);
  EXPECT_THROW(log_mel({8000, {0.0f}}, {.hop_ms = 0}), ValueError);
  EXPECT_THROW(log_mel({10, {0.0f}}, {}), ValueError);  // a frame of no sample
}

}  // namespace
}  // namespace recurra
