// SPDX-License-Identifier: Apache-2.0
// Data that one rank reads and others map: nothing is lost, and what is read and by whom.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>

#include "recurra/data/set_reader.h"
#include "recurra/tasks/forecast/mapped_set.h"
#include "recurra/tasks/forecast/set_input.h"
#include "recurra/tasks/forecast/set_shape.h"
#include "recurra/tasks/lm/mapped_text.h"
#include "recurra/train/distributed/once_per_host.h"
#include "tests/error_of.h"
#include "tests/local_ranks.h"

namespace recurra {
namespace {

/// Three shops with a category, a truth value and a static number each; stamps, gaps and missing cells.
std::string shops() {
  std::string text = "shop,day,sold,promo,kind,area\n";
  for (int s = 0; s < 3; ++s)
    for (int t = s; t < 40; ++t)
      if (t != 7)
        text += concat("shop ", s, ",2024-0", 1 + t / 28, t % 28 < 9 ? "-0" : "-", 1 + t % 28, ",",
                       t == 5 ? "" : concat(t * s + 1), ",", t % 3 ? "yes" : "no", ",", t % 2 ? "north" : "south", ",",
                       10 + s, "\n");
  return text;
}

SeriesSet set_of(const std::string& text) {
  SetRequest request{.id = "shop", .targets = {"sold"}, .known = {"promo"}, .past = {"kind"}, .fixed = {"area"}};
  request.storage.memory_bytes = 0;
  return parse_series_set(text, "shops.csv", request);
}

void expect_same(const SeriesSet& a, const SeriesSet& b) {
  EXPECT_EQ(digest_of(a), digest_of(b));
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.notes, b.notes);
  EXPECT_EQ(a.id_column, b.id_column);
  EXPECT_EQ(a.time_column, b.time_column);
  EXPECT_EQ(a.calendar.describe(), b.calendar.describe());
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (std::size_t c = 0; c < a.columns.size(); ++c) EXPECT_EQ(to_json(a.columns[c]), to_json(b.columns[c]));
  ASSERT_EQ(a.count(), b.count());
  for (Index s = 0; s < a.count(); ++s) {
    const auto &one = a.series[static_cast<std::size_t>(s)], &other = b.series[static_cast<std::size_t>(s)];
    EXPECT_EQ(one.id, other.id);
    EXPECT_EQ(one.planned, other.planned);
    EXPECT_EQ(one.missing_rows, other.missing_rows);
    EXPECT_EQ(one.missing_cells, other.missing_cells);
    EXPECT_EQ(a.stamp(s, one.length + 3), b.stamp(s, other.length + 3));
  }
}

TEST(MappedSet, HoldsAllThatWasRead) {
  const SeriesSet set = set_of(shops());
  ASSERT_GT(set.count(), 2);
  std::optional<MappedSet> mapped(set);
  const SeriesSet same = open_mapped_set(mapped->address());
  expect_same(set, same);
  const std::string address = mapped->address();
  mapped.reset();
  EXPECT_THROW(open_mapped_set(address), IoError);
}

TEST(MappedText, HoldsAllThatWasRead) {
  LmOptions options;
  options.document_line = "---";
  LmText text = prepare_text("to be or not to be\n---\nthat is the question\n---\nwhether\n", "hamlet", options);
  const LmText before = text;
  const LmText same = open_mapped_text(map_text(text));
  for (const LmText& other : {text, same}) {
    EXPECT_EQ(other.digest(), before.digest());
    EXPECT_EQ(other.tokens.size(), before.tokens.size());
    EXPECT_EQ(other.tokens[3], before.tokens[3]);
    EXPECT_EQ(other.vocabulary.tokens(), before.vocabulary.tokens());
    EXPECT_EQ(other.vocabulary.begin(), before.vocabulary.begin());
    EXPECT_EQ(other.source, before.source);
    EXPECT_EQ(other.characters, before.characters);
    EXPECT_EQ(other.split.validation_end, before.split.validation_end);
    EXPECT_EQ(other.unknown, before.unknown);
  }
}

TEST(OncePerHost, OneRankReadsAndTheOthersMap) {
  std::atomic<int> reads = 0;
  const SeriesSet set = set_of(shops());
  LocalRanks(3).run([&](Context& context) {
    std::optional<MappedSet> mapped;
    const SeriesSet same = once_per_host<SeriesSet>(
        context,
        [&] {
          ++reads;
          EXPECT_EQ(context.ranks(), nullptr);
          return set_of(shops());
        },
        [&](const SeriesSet& own) { return mapped.emplace(own).address(); }, open_mapped_set);
    expect_same(set, same);
  });
  EXPECT_EQ(reads, 1);
}

TEST(OncePerHost, AllReadWhereTheFirstFailsOrCannotBeSeen) {
  std::atomic<int> reads = 0;
  const auto run = [&](bool fails) {
    LocalRanks(3).run([&](Context& context) {
      const auto read = [&]() -> std::string {
        ++reads;
        require(!fails, "the file is wrong");
        return "data";
      };
      const auto open = [](const std::string& said) -> std::string { throw IoError(said); };
      EXPECT_EQ(once_per_host<std::string>(
                    context, read, [](const std::string&) { return "here"; }, open),
                "data");
    });
  };
  run(false);
  EXPECT_EQ(reads, 3);
  EXPECT_EQ(error_of([&] { run(true); }), "the file is wrong");
  EXPECT_EQ(reads, 6);
}

TEST(SetInput, RanksHaveTheSetOfOneProcess) {
  const std::string path = testing::TempDir() + "shops.csv";
  std::ofstream(path) << shops();
  const auto read = [&](Context& context) {
    SetInput input;
    input.id = "shop";
    ForecastOptions options;
    options.targets = {"sold"};
    options.known = {"promo"};
    TableInput data;
    data.path = path;
    return input.read(context, {}, data, options).set;
  };
  Context alone(1);
  const SeriesSet one = read(alone);
  EXPECT_FALSE(one.values[0]->is_mapped());
  LocalRanks(2).run([&](Context& context) {
    const SeriesSet set = read(context);
    expect_same(one, set);
    EXPECT_TRUE(set.values[0]->is_mapped());
  });
}

}  // namespace
}  // namespace recurra
