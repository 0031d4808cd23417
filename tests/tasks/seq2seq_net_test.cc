// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/net.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "recurra/autograd/functions/losses.h"
#include "recurra/tasks/seq2seq/search.h"

namespace recurra {
namespace {

constexpr Index kBegin = 1, kEnd = 2, kVocabulary = 7;

Seq2SeqNetOptions small(AttentionKind attention = AttentionKind::dot, bool tied = false) {
  return {{.cell = Cell::gru, .input_size = 5, .hidden_size = 6, .layers = 2, .bidirectional = true},
          9,
          kVocabulary,
          attention,
          tied};
}

const std::vector<std::vector<Index>> kSources = {{3, 4, 5}, {6}, {}, {8, 7, 6, 5, 3}};
const std::vector<std::vector<Index>> kTargets = {{3, 4}, {5, 6, 3, 3}, {4}, {}};

struct Passed {
  ForcedTargets out;
  double loss;
  std::vector<Tensor<float>> gradients;
};

/// With no coin at all (nullptr: the fused way), or step by step.
Passed run(const Seq2SeqNet& net, const TeacherForcing* forcing, int threads = 1) {
  Context context(threads);
  Tape<float> tape(context, {.seed = 3, .step = 4});
  const auto read = net.read(tape, SymbolBatch(kSources));
  const SymbolBatch target(kTargets);
  Passed r{
      forcing ? net.sampled(tape, read, target, kBegin, kEnd, *forcing) : net.forced(tape, read, target, kBegin, kEnd),
      0,
      {}};
  for (auto& p : net.parameters()) p.variable.zero_grad();
  const auto loss = cross_entropy_loss(tape, r.out.logits, r.out.labels);
  r.loss = loss.value().item();
  tape.backward(loss);
  for (const auto& p : net.parameters()) r.gradients.push_back(p.variable.grad().clone());
  return r;
}

/// Logits by step and row, so that two orders can be compared.
std::vector<std::vector<float>> by_place(const ForcedTargets& out) {
  std::vector<std::pair<std::pair<Index, Index>, std::vector<float>>> rows;
  for (std::size_t i = 0; i < out.places.size(); ++i) {
    const float* row = out.logits.value().data() + static_cast<Index>(i) * kVocabulary;
    rows.push_back({out.places[i], {row, row + kVocabulary}});
  }
  std::sort(rows.begin(), rows.end());
  std::vector<std::vector<float>> sorted;
  for (const auto& [place, row] : rows) sorted.push_back(row);
  return sorted;
}

class Seq2Seq : public testing::TestWithParam<std::pair<AttentionKind, bool>> {};

TEST_P(Seq2Seq, TeacherForcingAtOneEqualsFeedingTheTrueTokens) {
  Seq2SeqNet net(small(GetParam().first, GetParam().second));
  net.draw(5);
  const TeacherForcing always({ForcingDecay::constant, 1});
  const Passed fused = run(net, nullptr), stepped = run(net, &always);
  EXPECT_EQ(by_place(fused.out), by_place(stepped.out));
  EXPECT_EQ(fused.out.fed.values(), stepped.out.fed.values());
  EXPECT_EQ(fused.out.fed.at({0, 1}), kBegin);
  for (Index t = 1; t <= 4; ++t) EXPECT_EQ(fused.out.fed.at({t, 1}), kTargets[1][t - 1]);
  EXPECT_EQ(fused.out.fed.at({1, 3}), -1);  // behind the end of an empty target
  EXPECT_NEAR(fused.loss, stepped.loss, 1e-6);
  for (std::size_t i = 0; i < fused.gradients.size(); ++i)
    for (Index j = 0; j < fused.gradients[i].size(); ++j)
      ASSERT_NEAR(fused.gradients[i][j], stepped.gradients[i][j], 1e-6) << net.parameters()[i].name;
}

TEST_P(Seq2Seq, TeacherForcingAtZeroEqualsFreeRunning) {
  Seq2SeqNet net(small(GetParam().first, GetParam().second));
  net.draw(5);
  const TeacherForcing never({ForcingDecay::constant, 0});
  const Passed free = run(net, &never);
  Context context(1);
  const auto found = search_targets(context, net, kSources, {.most_steps = 5, .begin = kBegin, .end = kEnd});
  for (Index b = 0; b < 4; ++b) {
    const auto& said = found[static_cast<std::size_t>(b)][0].symbols;
    for (Index t = 1; t <= static_cast<Index>(kTargets[static_cast<std::size_t>(b)].size()); ++t) {
      if (t > static_cast<Index>(said.size())) break;  // the search stopped at its end symbol
      EXPECT_EQ(free.out.fed.at({t, b}), said[static_cast<std::size_t>(t - 1)]) << "row " << b << " step " << t;
    }
  }
}

TEST_P(Seq2Seq, BetweenTheTwoTheCoinDecides) {
  Seq2SeqNet net(small(GetParam().first, GetParam().second));
  net.draw(5);
  const TeacherForcing half({ForcingDecay::constant, 0.5}), always({ForcingDecay::constant, 1});
  const auto mixed = run(net, &half).out.fed, truth = run(net, &always).out.fed;
  for (Index t = 1; t < mixed.dim(0); ++t)
    for (Index b = 0; b < 4; ++b) EXPECT_TRUE(mixed.at({t, b}) == truth.at({t, b}) || !half.feeds_truth(3, 4, b, t));
}

TEST_P(Seq2Seq, APaddedBatchEqualsEachSequenceAlone) {
  Seq2SeqNet net(small(GetParam().first, GetParam().second));
  net.draw(5);
  Context context(1);
  const auto together = by_place(run(net, nullptr).out);
  std::vector<std::vector<float>> alone(together.size());
  std::size_t place = 0;
  for (Index t = 0; t < 5; ++t) {
    for (std::size_t b = 0; b < 4; ++b) {
      if (t > static_cast<Index>(kTargets[b].size())) continue;
      Tape<float> tape(context, {.record = false});
      const auto out =
          net.forced(tape, net.read(tape, SymbolBatch({kSources[b]})), SymbolBatch({kTargets[b]}), kBegin, kEnd);
      EXPECT_EQ(by_place(out)[static_cast<std::size_t>(t)], together[place++]) << "row " << b << " step " << t;
    }
  }
}

TEST_P(Seq2Seq, GradientsHaveTheSameBitsOnAnyNumberOfThreads) {
  Seq2SeqNet net(small(GetParam().first, GetParam().second));
  net.draw(5);
  const TeacherForcing half({ForcingDecay::constant, 0.5});
  for (const TeacherForcing* forcing : {static_cast<const TeacherForcing*>(nullptr), &half}) {
    const Passed one = run(net, forcing, 1), three = run(net, forcing, 3);
    for (std::size_t i = 0; i < one.gradients.size(); ++i)
      EXPECT_EQ(one.gradients[i].values(), three.gradients[i].values());
  }
}

TEST_P(Seq2Seq, SearchTellsWhatEachSymbolWasReadFrom) {
  Seq2SeqNet net(small(GetParam().first, GetParam().second));
  net.draw(5);
  Context context(1);
  const SearchOptions options{.beam = 3, .best = 2, .most_steps = 6, .begin = kBegin, .end = kEnd};
  const auto found = search_targets(context, net, kSources, options, {0, kBegin}, true);
  for (std::size_t b = 0; b < 4; ++b) {
    ASSERT_GE(found[b].size(), 1u);
    for (const FoundTarget& f : found[b]) {
      EXPECT_EQ(std::count(f.symbols.begin(), f.symbols.end(), 0), 0) << "said what it may not say";
      if (GetParam().first == AttentionKind::none) {
        EXPECT_TRUE(f.attention.empty());
        continue;
      }
      ASSERT_EQ(f.attention.size(), f.symbols.size() + (f.ended ? 1 : 0));
      for (const auto& weights : f.attention) {
        ASSERT_EQ(weights.size(), kSources[b].size());
        double sum = 0;
        for (const float w : weights) sum += w;
        EXPECT_NEAR(sum, kSources[b].empty() ? 0 : 1, 1e-5);
      }
    }
    const auto alone = search_targets(context, net, {kSources[b]}, options, {0, kBegin});
    EXPECT_EQ(alone[0][0].symbols, found[b][0].symbols);
    EXPECT_EQ(alone[0][0].score, found[b][0].score);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Seq2Seq,
                         testing::Values(std::pair{AttentionKind::dot, false}, std::pair{AttentionKind::additive, true},
                                         std::pair{AttentionKind::none, false}));

TEST(Seq2SeqNet, TiedEmbeddingsAreOneMatrix) {
  const Seq2SeqNet tied(small(AttentionKind::dot, true)), own(small());
  const auto names = [](const Seq2SeqNet& net) {
    std::vector<std::string> out;
    for (const auto& p : net.parameters()) out.push_back(p.name);
    return out;
  };
  const auto a = names(tied), b = names(own);
  EXPECT_EQ(std::count(a.begin(), a.end(), "out.weight"), 0);
  EXPECT_EQ(std::count(b.begin(), b.end(), "out.weight"), 1);
}

}  // namespace
}  // namespace recurra
