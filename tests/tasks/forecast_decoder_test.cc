// SPDX-License-Identifier: Apache-2.0
// The decoder of the forecast task: teacher forcing, free running, and what lies between.
#include <gtest/gtest.h>

#include <cmath>

#include "recurra/nn/init.h"
#include "recurra/tasks/forecast/net.h"

namespace recurra {
namespace {

constexpr Index kLookback = 7, kBatch = 3, kTargets = 2, kSteps = 4, kFeatures = 3, kKnown = 2;

Tensor<float> wave(const Shape& shape, double phase) {
  Tensor<float> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(std::sin(1.3 * static_cast<double>(i) + phase));
  return x;
}

struct Setting {
  bool skip;
  Index known;
};

class ForecastDecoder : public testing::TestWithParam<Setting> {
 protected:
  ForecastDecoder()
      : net_({.cell = Cell::lstm, .input_size = kFeatures, .hidden_size = 5, .layers = 2, .bidirectional = true},
             {.lookback = kLookback,
              .targets = kTargets,
              .outputs = kSteps * kTargets,
              .skip = GetParam().skip,
              .decoder = true,
              .known = GetParam().known}) {
    initialize(net_.parameters(), 3);
  }

  Tensor<float> free() {
    Tape<float> tape(context_, {.record = false});
    return net_.forward(tape, {Variable<float>(x_), known_}).value();
  }
  Tensor<float> forced(const Tensor<float>& truth, double rate, const Tensor<float>& weights = {}) {
    const TeacherForcing forcing({ForcingDecay::constant, rate});
    Tape<float> tape(context_, {.record = false, .seed = 4, .step = 9});
    return net_.forward_forced(tape, {Variable<float>(x_), known_}, {truth, weights, forcing}).value();
  }

  Context context_{1};
  ForecastNet net_;
  Tensor<float> x_ = wave({kLookback, kBatch, kFeatures}, 0);
  Tensor<float> known_ = wave({kSteps, kBatch, GetParam().known}, 5);
};

void expect_near(const Tensor<float>& a, const Tensor<float>& b) {
  ASSERT_EQ(a.shape(), b.shape());
  for (Index i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-6) << i;
}

TEST_P(ForecastDecoder, AtZeroItRunsFree) {
  EXPECT_EQ(forced(wave({kBatch, kSteps * kTargets}, 2), 0).values(), free().values());
}

TEST_P(ForecastDecoder, FedItsOwnForecastAsTheTruthItSaysTheSame) {
  expect_near(forced(free(), 1), free());
}

TEST_P(ForecastDecoder, AtOneEachStepDependsOnTheTruthBeforeItAlone) {
  const Tensor<float> truth = wave({kBatch, kSteps * kTargets}, 2), y = forced(truth, 1);
  for (Index changed = 0; changed < kSteps; ++changed) {
    Tensor<float> other = truth.clone();
    other.at({1, changed * kTargets}) += 1;
    const Tensor<float> then = forced(other, 1);
    for (Index b = 0; b < kBatch; ++b)
      for (Index h = 0; h < kSteps; ++h)
        EXPECT_EQ(then.at({b, h * kTargets}) != y.at({b, h * kTargets}), b == 1 && h > changed) << b << " " << h;
  }
}

TEST_P(ForecastDecoder, AMissingTruthIsReplacedByTheOwnForecast) {
  Tensor<float> truth = free().clone(), weights = Tensor<float>::full(truth.shape(), 1);
  for (const Index at : {2, 9, 10}) truth[at] = weights[at] = 0;
  expect_near(forced(truth, 1, weights), free());
}

TEST_P(ForecastDecoder, StepByStepEqualsAllStepsAtOnce) {
  const Tensor<float> truth = wave({kBatch, kSteps * kTargets}, 2);
  Tensor<float> weights = Tensor<float>::full(truth.shape(), 1);
  const Tensor<float> whole = forced(truth, 1, weights);
  weights[(kSteps - 2) * kTargets] = 0;  // row 0 goes step by step, and so do the others
  const Tensor<float> stepped = forced(truth, 1, weights);
  for (Index i = kSteps * kTargets; i < truth.size(); ++i) EXPECT_EQ(stepped[i], whole[i]) << i;
}

TEST_P(ForecastDecoder, BetweenTheTwoTheCoinDecides) {
  const Tensor<float> truth = wave({kBatch, kSteps * kTargets}, 2);
  const Tensor<float> half = forced(truth, 0.5);
  const TeacherForcing forcing({ForcingDecay::constant, 0.5});
  const Tensor<float> always = forced(truth, 1), never = free();
  for (Index b = 0; b < kBatch; ++b) {
    const Index second = b * kSteps * kTargets + kTargets;  // step 1 is fed step 0's truth or forecast
    EXPECT_FLOAT_EQ(half[second], (forcing.feeds_truth(4, 9, b, 1) ? always : never)[second]);
  }
}

TEST_P(ForecastDecoder, WhatIsKnownAheadOfAStepReachesThatStepAndThoseBehindIt) {
  if (GetParam().known == 0) return;
  const Tensor<float> before = free(), all = known_;
  for (Index changed = 0; changed < kSteps; ++changed) {
    known_ = all.clone();
    known_.at({changed, 1, kKnown - 1}) += 1;
    const Tensor<float> then = free();
    for (Index b = 0; b < kBatch; ++b)
      for (Index h = 0; h < kSteps; ++h)
        EXPECT_EQ(then.at({b, h * kTargets}) != before.at({b, h * kTargets}), b == 1 && h >= changed) << b << " " << h;
  }
  known_ = wave({kSteps - 1, kBatch, kKnown}, 5);
  EXPECT_THROW(free(), ShapeError);
}

INSTANTIATE_TEST_SUITE_P(SkipAndKnown, ForecastDecoder,
                         testing::Values(Setting{false, 0}, Setting{true, 0}, Setting{true, kKnown}),
                         [](const auto& s) {
                           return std::string(s.param.skip ? "skip" : "plain") + (s.param.known ? "_known" : "");
                         });

}  // namespace
}  // namespace recurra
