// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/trace.h"

#include <gtest/gtest.h>

#include "recurra/base/random.h"
#include "recurra/tasks/seq2seq/evaluation.h"

namespace recurra {
namespace {

/// Digit strings and the same turned round.
std::vector<TextPair> reversals(Index count) {
  std::vector<TextPair> pairs;
  Random random(1, stream_id("reversals"));
  for (Index i = 0; i < count; ++i) {
    TextPair pair;
    for (auto left = 1 + random.below(3); left > 0; --left)
      pair.source += static_cast<char>('0' + static_cast<char>(random.below(4)));
    pair.target.assign(pair.source.rbegin(), pair.source.rend());
    pairs.push_back(pair);
  }
  return pairs;
}

Seq2SeqModel fit(Context& context, AttentionKind attention, bool reverse = false) {
  Seq2SeqOptions o;
  o.hidden = 16;
  o.embedding = 8;
  o.bidirectional = false;
  o.attention = attention;
  o.reverse = reverse;
  o.train.epochs = 20;
  o.train.optimizer.learning_rate = 5e-3;
  return train_seq2seq(context, {reversals(300), {}, "toy"}, o).model;
}

TEST(Seq2SeqTrace, SaysWhatGreedyTranslationSays) {
  Context context(1);
  for (const AttentionKind attention : {AttentionKind::none, AttentionKind::dot}) {
    const Seq2SeqModel model = fit(context, attention);
    const std::vector<std::string> sources = {"0", "12", "310", "3321"};
    const Translations expected = translate(context, model, sources, {.max_length = 10});
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const Seq2SeqTrace trace = trace_seq2seq(context, model, sources[i], 10, {});
      EXPECT_EQ(trace.text, expected.targets[i][0].text);
      const Index T = trace.decoder.dim(0), S = static_cast<Index>(sources[i].size());
      EXPECT_EQ(trace.symbols.size(), static_cast<std::size_t>(T));
      EXPECT_EQ(trace.encoder.shape(), Shape({S, 16}));
      EXPECT_EQ(trace.probabilities.shape(), Shape({T, model.target->size()}));
      EXPECT_EQ(trace.alignment.defined(), attention == AttentionKind::dot);
      if (trace.alignment.defined()) {
        EXPECT_EQ(trace.alignment.shape(), Shape({T, S}));
      }
      for (Index t = 0; t < T; ++t) {
        double sum = 0;
        for (Index v = 0; v < model.target->size(); ++v) sum += trace.probabilities.at({t, v});
        EXPECT_NEAR(sum, 1, 1e-5);
      }
    }
  }
}

TEST(Seq2SeqTrace, AForcedTokenIsSaidAndFed) {
  Context context(1);
  const Seq2SeqModel model = fit(context, AttentionKind::none);
  const Seq2SeqTrace free = trace_seq2seq(context, model, "321", 10, {});
  const std::string token = free.text.substr(0, 1) == "3" ? "2" : "3";
  const Seq2SeqTrace forced = trace_seq2seq(context, model, "321", 10, ForcedToken{0, token});
  EXPECT_EQ(forced.text.substr(0, 1), token);
  for (Index v = 0; v < model.target->size(); ++v)  // before anything was forced
    EXPECT_EQ(forced.probabilities.at({0, v}), free.probabilities.at({0, v}));
  EXPECT_NE(forced.decoder.at({1, 0}), free.decoder.at({1, 0}));
}

TEST(Seq2SeqTrace, RefusesWhatItCannotTrace) {
  Context context(1);
  const Seq2SeqModel model = fit(context, AttentionKind::none);
  EXPECT_THROW(trace_seq2seq(context, model, "", 10, {}), ValueError);
  EXPECT_THROW(trace_seq2seq(context, model, "1", 0, {}), ValueError);
  EXPECT_THROW(trace_seq2seq(context, model, "1", 10, ForcedToken{0, "z"}), ValueError);
  EXPECT_THROW(trace_seq2seq(context, model, "\xff", 10, {}), FormatError);
}

TEST(Seq2SeqTrace, ScoresAsTheEvaluationOfTheTaskDoes) {
  Context context(1);
  const std::vector<TextPair> pairs = {{"0", "0"},     {"12", "21"}, {"310", "013"}, {"3321", "1233"}, {"2", "22"},
                                       {"010", "010"}, {"01", "10"}, {"222", "222"}, {"13", "3"},      {"9", "1"}};
  for (const bool reverse : {false, true}) {
    for (const AttentionKind attention : {AttentionKind::none, AttentionKind::dot}) {
      const Seq2SeqModel model = fit(context, attention, reverse);
      const SequenceScores expected = evaluate_seq2seq(context, model, pairs, {}, {}).net;
      const GreedyScore score = score_greedily(context, model, pairs);
      EXPECT_EQ(score.pairs, expected.sequences());
      EXPECT_EQ(score.exact, expected.exact_match());
      EXPECT_EQ(score.places, expected.token_accuracy());
      EXPECT_GT(score.exact, 0);
      EXPECT_LT(score.exact, 1);
    }
  }
  EXPECT_THROW(score_greedily(context, fit(context, AttentionKind::none), {}), ValueError);
  EXPECT_THROW(score_greedily(context, fit(context, AttentionKind::none), {{"", "1"}}), ValueError);
}

}  // namespace
}  // namespace recurra
