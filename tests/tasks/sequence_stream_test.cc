// SPDX-License-Identifier: Apache-2.0
// Classifiers and regressors one step at a time, against the same models on whole sequences.
#include "recurra/tasks/common/sequence_stream.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"
#include "recurra/tasks/classify/stream.h"
#include "recurra/tasks/regress/stream.h"
#include "tests/error_of.h"

namespace recurra::sequence_stream_test {
namespace {

/// Sequences of two channels, the first with gaps.
LabelledSequences readings(Index count) {
  LabelledSequences set{"readings", {"level", "rate"}, Sequences<float>(2), {}, {}, {}};
  Random random(4, 0);
  for (Index i = 0; i < count; ++i) {
    std::vector<float> steps;
    for (Index t = 0; t < 5 + i % 4; ++t) {
      steps.push_back(random.uniform() < 0.2 ? NAN : static_cast<float>(100 + 20 * random.normal()));
      steps.push_back(static_cast<float>(random.normal() + (i % 2 == 0 ? 1 : -1)));
    }
    set.add(std::to_string(i), i % 2 == 0 ? "up" : "down", steps);
  }
  return set;
}

RegressModel regressor(SequenceReadout readout, bool bidirectional = false) {
  Context context(1);
  MeasuredSequences data{readings(30), {"hours", "share"}, {}};
  for (Index i = 0; i < 30; ++i) data.y.push_back({1000 + 50 * std::sin(i), 0.01 * static_cast<double>(i)});
  RegressOptions o;
  o.hidden = 7;
  o.bidirectional = bidirectional;
  o.readout = readout;
  o.train.epochs = 2;
  return train_regressor(context, data, {}, o).model;
}

ClassifierModel classifier(SequenceReadout readout, int nets = 1) {
  Context context(1);
  ClassifyOptions o;
  o.hidden = 7;
  o.bidirectional = false;
  o.readout = readout;
  o.ensemble = nets;
  o.train.epochs = 2;
  return train_classifier(context, readings(30), {}, o).model;
}

/// The outputs for a whole sequence of two channels, read a step at a time.
std::span<const double> after_all(SequenceStream& stream, std::span<const float> steps) {
  stream.reset();
  std::span<const double> y;
  for (std::size_t at = 0; at < steps.size(); at += 2) y = stream.push(steps.subspan(at, 2));
  return y;
}

TEST(SequenceStream, ARegressorPredictsTheSameStepByStep) {
  Context context(1);
  for (const auto readout : {SequenceReadout::last, SequenceReadout::mean, SequenceReadout::max}) {
    const RegressModel model = regressor(readout);
    const LabelledSequences set = readings(6);
    const auto whole = predict_numbers(context, model, set);
    SequenceStream streamed = stream(model);
    for (Index i = 0; i < set.count(); ++i) {
      const std::span<const double> y = after_all(streamed, set.x.steps(i));
      ASSERT_EQ(y.size(), 2u);
      for (std::size_t k = 0; k < 2; ++k)
        EXPECT_NEAR(y[k], whole[static_cast<std::size_t>(i)][k], 1e-6 * std::abs(y[k]) + 1e-7)
            << name_of(readout_names(), readout) << ", sequence " << i;
    }
  }
}

TEST(SequenceStream, AClassifierHasTheSameProbabilities) {
  Context context(1);
  for (const auto readout : {SequenceReadout::last, SequenceReadout::mean, SequenceReadout::max}) {
    const ClassifierModel model = classifier(readout);
    const LabelledSequences set = readings(6);
    const Tensor<float> whole = classify(context, model, set);
    SequenceStream streamed = stream(model);
    for (Index i = 0; i < set.count(); ++i) {
      const std::span<const double> y = after_all(streamed, set.x.steps(i));
      ASSERT_EQ(y.size(), 2u);
      EXPECT_NEAR(1 / (1 + std::exp(y[0] - y[1])), whole[2 * i + 1], 1e-6) << name_of(readout_names(), readout);
    }
  }
}

TEST(SequenceStream, TwoStreamsDoNotMix) {
  const RegressModel model = regressor(SequenceReadout::mean);
  SequenceStream one = stream(model), two = stream(model, {.batch = 2});
  for (int t = 0; t < 5; ++t) {
    const float a[] = {100.0f + static_cast<float>(t), 0.5f}, both[] = {a[0], a[1], NAN, -2};
    const std::span<const double> alone = one.push(a), together = two.push(both);
    EXPECT_EQ(alone[0], together[0]);
    EXPECT_EQ(alone[1], together[1]);
    EXPECT_NE(together[0], together[2]);
  }
}

TEST(SequenceStream, SaysWhatCannotBeStreamed) {
  EXPECT_EQ(
      error_of([] { stream(regressor(SequenceReadout::last, true)); }),
      "stream: the regressor cannot be streamed: it reads in both directions, and the reverse one needs the whole "
      "sequence");
  EXPECT_EQ(
      error_of([] { stream(classifier(SequenceReadout::attention)); }),
      "stream: the classifier cannot be streamed: its readout weighs all steps of a sequence; train with --readout "
      "last, mean or max");
  EXPECT_EQ(error_of([] { stream(classifier(SequenceReadout::last, 2)); }),
            "stream: the classifier cannot be streamed: it is an ensemble; train with --ensemble 1");
  SequenceStream streamed = stream(regressor(SequenceReadout::last));
  EXPECT_EQ(error_of([&] { streamed.push(std::vector<float>{1}); }),
            "SequenceStream::push: expected 2 values, found 1");
}

}  // namespace
}  // namespace recurra::sequence_stream_test
