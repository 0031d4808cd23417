// SPDX-License-Identifier: Apache-2.0
// Every task trained with its batches as sums over shards: up to rounding what it learns in one piece, with the same
// random draws; and the same bits on any number of threads and ranks.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "recurra/base/random.h"
#include "recurra/tasks/classify/classifier.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/lm/frames_model.h"
#include "recurra/tasks/lm/language_model.h"
#include "recurra/tasks/regress/regressor.h"
#include "recurra/tasks/seq2seq/translator.h"
#include "recurra/tasks/tag/tagger.h"
#include "tests/local_ranks.h"
#include "tests/tasks/weights_of.h"

namespace recurra {
namespace {

/// A few plain steps: what differs in a gradient then differs as much in the weights.
void set_loop(NetOptions& o, Index shards) {
  o.hidden = 8;
  o.dropout = 0.4;
  o.layers = 2;
  o.train.shards = shards;
  o.train.epochs = 2;
  o.train.batch_size = 10;
  o.train.patience = 0;
  o.train.clip_norm = 0;
  o.train.optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.3};
  o.train.schedule = {};
}

std::vector<float> classifier(Context& context, Index shards) {
  LabelledSequences set{"waves", {"x"}, Sequences<float>(1), {}, {}, {}};
  Random random(1, 0);
  for (Index i = 0; i < 34; ++i) {
    std::vector<float> steps;
    for (Index t = 0; t < static_cast<Index>(3 + i % 7); ++t) steps.push_back(static_cast<float>(random.normal()));
    set.add(concat(i), i % 3 == 0 ? "a" : "b", steps);
  }
  ClassifyOptions o;
  set_loop(o, shards);
  o.ensemble = 1;
  o.noise = 0.5;
  o.validation = 0;
  return weights_of(*train_classifier(context, set, {}, o).model.net);
}

/// Of two numbers, one of which is missing for some sequences, so that shards weigh differently.
std::vector<float> regressor(Context& context, Index shards) {
  MeasuredSequences data{{"waves", {"x"}, Sequences<float>(1), {}, {}, {}}, {"sum", "last"}, {}};
  Random random(1, 0);
  for (Index i = 0; i < 34; ++i) {
    std::vector<float> steps;
    double sum = 0;
    for (Index t = 0; t < 3 + i % 7; ++t) {
      steps.push_back(static_cast<float>(random.normal()));
      sum += static_cast<double>(steps.back());
    }
    data.set.add(concat(i), "", steps);
    data.y.push_back({sum, i % 4 == 1 ? NAN : static_cast<double>(steps.back())});
  }
  RegressOptions o;
  set_loop(o, shards);
  o.noise = 0.5;
  o.validation = 0;
  return weights_of(*train_regressor(context, data, {}, o).model.net);
}

std::vector<float> tagger(Context& context, Index shards) {
  TaggedSentences set{"words", {}, {}};
  Random random(1, 0);
  for (Index i = 0; i < 34; ++i) {
    set.tokens.emplace_back();
    set.tags.emplace_back();
    for (Index t = 0; t < 1 + (i * 5) % 8; ++t) {
      set.tokens.back().push_back(std::string(1 + random.below(2), static_cast<char>('a' + random.below(9))));
      set.tags.back().push_back(random.below(2) > 0 ? "x" : "y");
    }
  }
  TagOptions o;
  set_loop(o, shards);
  o.characters = 4;
  o.validation = 0;
  return weights_of(*train_tagger(context, set, o).model.net);
}

std::vector<float> translator(Context& context, Index shards) {
  std::vector<TextPair> pairs;
  Random random(1, 0);
  for (Index i = 0; i < 34; ++i) {
    TextPair pair;
    for (Index t = 0; t < 1 + (i * 3) % 6; ++t) pair.source += static_cast<char>('a' + random.below(4));
    pair.target = {pair.source.rbegin(), pair.source.rend()};
    pairs.push_back(pair);
  }
  Seq2SeqOptions o;
  set_loop(o, shards);
  o.embedding = 6;
  o.validation = 0;
  o.forcing = {ForcingDecay::constant, 0.6};
  return weights_of(*train_seq2seq(context, {pairs, {}, "pairs"}, o).model.net);
}

/// Documents of all lengths, so that the streams are cut into pieces, and rows end before others.
std::vector<float> language_model(Context& context, Index shards) {
  std::string text;
  Random random(1, 0);
  for (Index i = 0; i < 90; ++i) {
    for (std::uint64_t left = 1 + random.below(12); left > 0; --left) text += static_cast<char>('a' + random.below(5));
    text += i % 3 == 0 ? "\n--\n" : "\n";
  }
  LmOptions o;
  set_loop(o, shards);
  o.embedding = 6;
  o.chunk = 7;
  o.document_line = "--";
  return weights_of(*train_lm(context, prepare_text(text, "text", o), o).model.net);
}

std::vector<float> frames_model(Context& context, Index shards) {
  LmFrames frames{"frames", {}, {}, {}};
  Random random(1, 0);
  for (Index i = 0; i < 34; ++i) {
    FramePiece piece;
    for (Index t = 0; t < 2 + (i * 5) % 9; ++t) piece.push_back({60 + static_cast<Index>(random.below(4))});
    frames.train.push_back(piece);
  }
  LmOptions o;
  set_loop(o, shards);
  o.format = LmFormat::frames;
  o.lowest = 60;
  o.labels = 4;
  return weights_of(*train_frames(context, frames, o).model.net);
}

std::vector<float> forecaster(Context& context, Index shards, const std::function<void(ForecastOptions&)>& change) {
  Series s{"made", {"x"}, {{}}, {}, {}};
  Random random(1, 0);
  for (Index t = 0; t < 70; ++t)
    s.columns[0].push_back(t % 17 == 4 ? NAN : std::sin(0.7 * static_cast<double>(t)) + 0.3 * random.normal());
  ForecastOptions o;
  set_loop(o, shards);
  o.targets = {"x"};
  o.lookback = 6;
  o.horizon = 3;
  o.season = 1;
  o.difference = DifferenceKind::none;
  o.split = {1, 0, 0};
  o.train.optimizer.learning_rate = 0.05;
  change(o);
  return weights_of(*train_forecaster(context, s, o).model.net);
}

std::vector<float> direct(Context& context, Index shards) {
  return forecaster(context, shards, [](ForecastOptions&) {});
}

/// Of some batches each step is fed the truth, of some a part: at a rate that falls from 1.
std::vector<float> decoder(Context& context, Index shards) {
  return forecaster(context, shards, [](ForecastOptions& o) {
    o.strategy = Strategy::decoder;
    o.skip = false;
    o.forcing = {ForcingDecay::linear, 100};
  });
}

struct Task {
  const char* name;
  std::vector<float> (*weights)(Context& context, Index shards);
};

class Shards : public testing::TestWithParam<Task> {};

TEST_P(Shards, LearnWhatOneBatchDoesFromTheSameDraws) {
  Context context(1);
  const std::vector<float> whole = GetParam().weights(context, 1);
  for (const Index shards : {2, 3, 8, 100}) {
    const std::vector<float> parts = GetParam().weights(context, shards);
    ASSERT_EQ(parts.size(), whole.size());
    double largest = 0;
    for (std::size_t i = 0; i < whole.size(); ++i)
      largest = std::max(largest, std::abs(static_cast<double>(parts[i]) - static_cast<double>(whole[i])));
    EXPECT_LT(largest, 2e-5) << shards << " shards";
    EXPECT_GT(largest, 0) << shards << " shards: another order of the sums";
  }
}

TEST_P(Shards, HaveTheSameBitsOnAnyNumberOfThreads) {
  Context one(1), two(2), three(3);
  for (const Index shards : {2, 4, 8}) {
    const std::vector<float> expected = GetParam().weights(one, shards);
    EXPECT_EQ(GetParam().weights(two, shards), expected) << shards;
    EXPECT_EQ(GetParam().weights(three, shards), expected) << shards;
  }
}

TEST_P(Shards, HaveTheSameBitsOnAnyNumberOfRanks) {
  Context one(1);
  const std::vector<float> expected = GetParam().weights(one, 12);
  for (const int size : {1, 2, 3, 4, 12}) {
    std::vector<std::vector<float>> found(static_cast<std::size_t>(size));
    LocalRanks(size).run([&](Context& context) {
      found[static_cast<std::size_t>(context.ranks()->rank())] = GetParam().weights(context, 12);
    });
    for (const auto& weights : found) EXPECT_EQ(weights, expected) << size << " ranks";
  }
}

INSTANTIATE_TEST_SUITE_P(Tasks, Shards,
                         testing::Values(Task{"classify", classifier}, Task{"regress", regressor}, Task{"tag", tagger},
                                         Task{"seq2seq", translator}, Task{"lm", language_model},
                                         Task{"frames", frames_model}, Task{"forecast", direct},
                                         Task{"decoder", decoder}),
                         [](const auto& task) { return std::string(task.param.name); });

}  // namespace
}  // namespace recurra
