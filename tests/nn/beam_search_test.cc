// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/beam_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "recurra/base/context.h"
#include "recurra/base/random.h"
#include "recurra/ops/softmax.h"

namespace recurra {
namespace {

constexpr std::int64_t kBegin = 3, kEnd = 0;
constexpr Index kSymbols = 3;

/// Log-probabilities that depend on the sequence and everything said so far.
std::vector<float> next(Index sequence, const std::vector<std::int64_t>& said) {
  std::string name = std::to_string(sequence);
  for (const auto symbol : said) name += "," + std::to_string(symbol);
  Random random(1, stream_id(name));
  Tensor<float> logits({1, kSymbols});
  for (Index v = 0; v < kSymbols; ++v) logits[v] = static_cast<float>(random.normal(0, 1.5));
  Context context(1);
  return ops::log_softmax_forward(context, logits).values();
}

class Toy : public StepModel {
 public:
  explicit Toy(Index sequences) {
    for (Index s = 0; s < sequences; ++s) rows_.push_back({s, {}});
  }
  Tensor<float> advance(std::span<const Index> parents, std::span<const std::int64_t> symbols) override {
    std::vector<Row> rows;
    Tensor<float> out({static_cast<Index>(parents.size()), kSymbols});
    for (std::size_t r = 0; r < parents.size(); ++r) {
      rows.push_back(rows_.at(static_cast<std::size_t>(parents[r])));
      if (symbols[r] != kBegin) rows.back().said.push_back(symbols[r]);
      const auto p = next(rows.back().sequence, rows.back().said);
      std::copy(p.begin(), p.end(), out.data() + static_cast<Index>(r) * kSymbols);
    }
    rows_ = rows;
    most_rows = std::max(most_rows, rows.size());
    return out;
  }
  std::size_t most_rows = 0;

 private:
  struct Row {
    Index sequence;
    std::vector<std::int64_t> said;
  };
  std::vector<Row> rows_;
};

/// Every sequence of at most `steps` symbols with its log-probability.
void enumerate(Index sequence, std::vector<std::int64_t> said, double log_p, Index steps, double alpha,
               std::multimap<double, std::vector<std::int64_t>>& out) {
  const auto p = next(sequence, said);
  const Index length = static_cast<Index>(said.size()) + 1;
  for (std::int64_t v = 0; v < kSymbols; ++v) {
    const double sum = log_p + p[static_cast<std::size_t>(v)];
    std::vector<std::int64_t> longer = said;
    if (v != kEnd) longer.push_back(v);
    if (v == kEnd || length == steps) {
      out.emplace(sum / length_normaliser(length, alpha), longer);
    } else {
      enumerate(sequence, longer, sum, steps, alpha, out);
    }
  }
}

TEST(BeamSearch, ABeamOfAllPrefixesEqualsExhaustiveSearch) {
  const Index steps = 4, beam = kSymbols * kSymbols * kSymbols;  // V^(T-1)
  for (const double alpha : {0.0, 0.7, 2.0}) {
    Toy toy(6);
    const auto found = beam_search(toy, 6, {beam, 3, steps, alpha, kBegin, kEnd});
    for (Index s = 0; s < 6; ++s) {
      std::multimap<double, std::vector<std::int64_t>> all;
      enumerate(s, {}, 0, steps, alpha, all);
      auto expected = all.rbegin();
      for (const Hypothesis& h : found[static_cast<std::size_t>(s)]) {
        EXPECT_NEAR(h.score, expected->first, 1e-6);
        EXPECT_EQ(h.symbols, expected->second);
        ++expected;
      }
    }
  }
}

TEST(BeamSearch, ABeamOfOneIsGreedyAndAWiderOneIsNoWorse) {
  Toy toy(20);
  const auto greedy = beam_search(toy, 20, {.most_steps = 6, .begin = kBegin, .end = kEnd});
  Toy again(20);
  const auto beam = beam_search(again, 20, {.beam = 200, .most_steps = 6, .begin = kBegin, .end = kEnd});
  int better = 0;
  for (Index s = 0; s < 20; ++s) {
    const Hypothesis& h = greedy[static_cast<std::size_t>(s)][0];
    std::vector<std::int64_t> said;
    double log_p = 0;
    for (Index step = 0; step < 6; ++step) {
      const auto p = next(s, said);
      const auto top = std::max_element(p.begin(), p.end()) - p.begin();
      log_p += p[static_cast<std::size_t>(top)];
      if (top == kEnd) break;
      said.push_back(top);
    }
    EXPECT_EQ(h.symbols, said);
    EXPECT_NEAR(h.log_probability, log_p, 1e-5);
    EXPECT_EQ(h.rows.size(), h.symbols.size() + (h.ended ? 1 : 0));
    EXPECT_GE(beam[static_cast<std::size_t>(s)][0].score, h.score - 1e-9);
    better += beam[static_cast<std::size_t>(s)][0].score > h.score + 1e-6;
  }
  EXPECT_GT(better, 0);
}

TEST(BeamSearch, ASequenceIsFoundTheSameInAnyCompany) {
  Toy many(5);
  const SearchOptions options{
      .beam = 3, .best = 2, .most_steps = 8, .length_penalty = 0.6, .begin = kBegin, .end = kEnd};
  const auto together = beam_search(many, 5, options);
  EXPECT_LE(many.most_rows, 15u);
  Toy one(1);
  EXPECT_EQ(beam_search(one, 1, options)[0][1].symbols, together[0][1].symbols);
}

TEST(BeamSearch, RefusesABeamOfNothing) {
  Toy toy(1);
  EXPECT_THROW(beam_search(toy, 1, {.beam = 0}), ValueError);
  EXPECT_THROW(beam_search(toy, 1, {.beam = 2, .best = 3}), ValueError);
  EXPECT_THROW(beam_search(toy, 1, {.most_steps = 0}), ValueError);
  EXPECT_THROW(beam_search(toy, 1, {.length_penalty = -1}), ValueError);
}

}  // namespace
}  // namespace recurra
