// SPDX-License-Identifier: Apache-2.0
// The options of the group "Cell": every task's net has them, a model file keeps them, each changes what is learned,
// and what goes with no such cell is refused with the reason.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "recurra/base/random.h"
#include "recurra/io/json_reader.h"
#include "recurra/tasks/classify/classifier.h"
#include "recurra/tasks/forecast/compare.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/lm/language_model.h"
#include "recurra/tasks/regress/regressor.h"
#include "recurra/tasks/seq2seq/translator.h"
#include "recurra/tasks/tag/tagger.h"
#include "tests/tasks/weights_of.h"

namespace recurra {
namespace {

void make_one_epoch(NetOptions& o) {
  o.cell = Cell::lstm;
  o.hidden = 8;
  o.layers = 2;
  o.train.epochs = 1;
  o.train.batch_size = 10;
  o.train.patience = 0;
}

void ask_projection(NetOptions& o) {
  o.projection = 5;
  o.recurrent_dropout = 0.2;
  o.changes.gates = Activation::hard_sigmoid;
  o.changes.clip = 3;
}

template <class Options>
Options options_with(const std::function<void(NetOptions&)>& change) {
  Options o;
  make_one_epoch(o);
  change(o);
  return o;
}

LabelledSequences few_waves() {
  LabelledSequences set{"waves", {"x"}, Sequences<float>(1), {}, {}, {}};
  Random random(1, 0);
  for (Index i = 0; i < 24; ++i) {
    std::vector<float> steps;
    for (Index t = 0; t < 4 + i % 5; ++t) steps.push_back(static_cast<float>(random.normal()));
    set.add(concat(i), i % 3 == 0 ? "a" : "b", steps);
  }
  return set;
}

ClassifierModel classifier_with(Context& context, const std::function<void(NetOptions&)>& change) {
  auto o = options_with<ClassifyOptions>(change);
  o.ensemble = 1;
  o.validation = 0;
  return train_classifier(context, few_waves(), {}, o).model;
}

void expect_projections(const char* task, const Module<float>& net) {
  Index found = 0;
  for (const auto& parameter : net.parameters()) {
    if (parameter.name.find("weight_hr_l") == std::string::npos) continue;
    EXPECT_EQ(parameter.variable.shape(), Shape({5, 8})) << task << " " << parameter.name;
    ++found;
  }
  EXPECT_GE(found, 2) << task;
}

TEST(CellOptions, EveryTaskTrainsWithAProjection) {
  Context context(2);
  expect_projections("classify", *classifier_with(context, ask_projection).net);

  MeasuredSequences measured{few_waves(), {"y"}, {}};
  for (Index i = 0; i < measured.set.count(); ++i) measured.y.push_back({std::sin(static_cast<double>(i))});
  auto regress = options_with<RegressOptions>(ask_projection);
  regress.validation = 0;
  expect_projections("regress", *train_regressor(context, measured, {}, regress).model.net);

  TaggedSentences sentences{"words", {}, {}};
  std::vector<TextPair> pairs;
  for (Index i = 0; i < 20; ++i) {
    sentences.tokens.push_back({"a", i % 2 == 0 ? "b" : "c"});
    sentences.tags.push_back({"x", i % 2 == 0 ? "y" : "z"});
    pairs.push_back({i % 2 == 0 ? "ab" : "ba", i % 2 == 0 ? "ba" : "ab"});
  }
  auto tag = options_with<TagOptions>(ask_projection);
  tag.validation = 0;
  expect_projections("tag", *train_tagger(context, sentences, tag).model.net);
  for (const AttentionKind attention : {AttentionKind::none, AttentionKind::dot, AttentionKind::additive}) {
    auto seq2seq = options_with<Seq2SeqOptions>(ask_projection);
    seq2seq.attention = attention;
    seq2seq.embedding = 6;
    seq2seq.validation = 0;
    seq2seq.forcing = {ForcingDecay::constant, 0.5};
    expect_projections("seq2seq", *train_seq2seq(context, {pairs, {}, "pairs"}, seq2seq).model.net);
  }

  std::string text;
  for (Index i = 0; i < 200; ++i) text += static_cast<char>('a' + i * i % 5);
  auto lm = options_with<LmOptions>(ask_projection);
  lm.embedding = 6;
  lm.chunk = 7;
  expect_projections("lm", *train_lm(context, prepare_text(text, "text", lm), lm).model.net);

  Series series{"made", {"x"}, {{}}, {}, {}};
  for (Index t = 0; t < 80; ++t) series.columns[0].push_back(std::sin(0.7 * static_cast<double>(t)));
  for (const Strategy strategy : {Strategy::direct, Strategy::decoder}) {
    auto forecast = options_with<ForecastOptions>(ask_projection);
    forecast.targets = {"x"};
    forecast.lookback = 6;
    forecast.horizon = 3;
    forecast.season = 1;
    forecast.strategy = strategy;
    expect_projections("forecast", *train_forecaster(context, series, forecast).model.net);
  }
}

TEST(CellOptions, EachChangesWhatIsLearned) {
  Context context(1);
  const auto weights = [&](const std::function<void(NetOptions&)>& change) {
    return weights_of(*classifier_with(context, [&](NetOptions& o) {
                         o.bidirectional = false;
                         change(o);
                       }).net);
  };
  const std::vector<float> plain = weights([](NetOptions&) {});
  const std::function<void(NetOptions&)> changes[] = {
      [](NetOptions& o) { o.from_end = true; },
      [](NetOptions& o) { o.recurrent_dropout = 0.5; },
      [](NetOptions& o) { o.zoneout_h = 0.5; },
      [](NetOptions& o) { o.zoneout_c = 0.5; },
      [](NetOptions& o) { o.changes.gates = Activation::hard_sigmoid; },
      [](NetOptions& o) { o.changes.candidate = Activation::relu; },
      [](NetOptions& o) { o.changes.output = Activation::identity; },
      [](NetOptions& o) { o.changes.clip = 0.1; },
  };
  for (const auto& change : changes) EXPECT_NE(weights(change), plain);
  const auto heads = [&](Index count) {
    return weights([count](NetOptions& o) {
             o.cell = Cell::slstm;
             o.heads = count;
           })
        .size();
  };
  EXPECT_LT(heads(4), heads(1));
}

TEST(CellOptions, AModelFileKeepsThemAndOlderFilesHaveNone) {
  ClassifyOptions o;
  o.bidirectional = false;
  o.cell = Cell::lstm;
  const auto plain = to_json(o);
  for (const char* key : {"projection", "heads", "from_end", "zoneout_h", "gate_activation", "gate_clip"})
    EXPECT_FALSE(plain.contains(key)) << key;
  o.from_end = true;
  o.zoneout_h = 0.25;
  o.changes = {.gates = Activation::hard_sigmoid_sixth, .output = Activation::relu, .clip = 2};
  o.recurrent_dropout = 0.125;
  o.validation = 0.2;
  o.ensemble = o.train.epochs = o.train.batch_size = o.train.patience = o.init.chrono_steps = 1;
  o.init.chrono_steps = 0;
  const auto json = to_json(o);
  EXPECT_EQ(json["gate_activation"], "hard-sigmoid-sixth");
  const ClassifyOptions again = classify_options_from(JsonReader(json, "file"));
  EXPECT_EQ(to_json(again), json);
  EXPECT_EQ(again.changes, o.changes);
  EXPECT_TRUE(again.from_end);
  EXPECT_EQ(cell_flags(again),
            " --from-end --recurrent-dropout 0.125 --zoneout-h 0.25 --gate-activation hard-sigmoid-sixth"
            " --output-activation relu --gate-clip 2");
  EXPECT_EQ(cell_flags(NetOptions()), "");
}

TEST(CellOptions, WhatDoesNotGoTogetherIsRefusedWithTheReason) {
  const auto reason = [](const std::function<void(NetOptions&)>& change) -> std::string {
    NetOptions o;
    change(o);
    try {
      check_net_options(o);
    } catch (const ValueError& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(reason([](NetOptions& o) {
              o.cell = Cell::gru;
              o.projection = 3;
            }),
            "net: only an LSTM has a projection, found a GRU");
  EXPECT_EQ(reason([](NetOptions& o) { o.projection = 65; }), "net: expected a projection of 0 (none) to 64, found 65");
  EXPECT_EQ(reason([](NetOptions& o) { o.heads = 2; }), "net: the LSTM has no heads");
  EXPECT_EQ(reason([](NetOptions& o) {
              o.cell = Cell::slstm;
              o.changes.clip = 1;
            }),
            "net: the sLSTM takes no other activations and no clip");
  EXPECT_NE(reason([](NetOptions& o) { o.bidirectional = o.from_end = true; }).find("--unidirectional"),
            std::string::npos);
  EXPECT_EQ(reason([](NetOptions& o) { o.zoneout_h = 1; }), "zoneout-h: expected 0 to below 1, found 1");
  LmOptions lm;
  lm.from_end = true;
  EXPECT_THROW(check_options(lm), ValueError);
}

TEST(CellOptions, ComparedCellsMustAllHaveThem) {
  Context context(1);
  ForecastOptions o;
  o.projection = 4;
  EXPECT_THROW(compare_cells(context, Series{"made", {"x"}, {{}}, {}, {}}, o, 1), ValueError);
}

}  // namespace
}  // namespace recurra
