// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/stepwise.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "recurra/base/random.h"

namespace recurra::seq2seq_stepwise_test {
namespace {

// Its problem refers to its other members.
static_assert(!std::is_move_constructible_v<Seq2SeqTraining> && !std::is_move_assignable_v<Seq2SeqTraining>);

Seq2SeqData reversals() {
  Seq2SeqData data{{}, {}, "toy"};
  Random random(1, stream_id("reversals"));
  for (Index i = 0; i < 300; ++i) {
    TextPair pair;
    for (auto left = 1 + random.below(3); left > 0; --left)
      pair.source += static_cast<char>('0' + static_cast<char>(random.below(4)));
    pair.target.assign(pair.source.rbegin(), pair.source.rend());
    data.training.push_back(pair);
  }
  return data;
}

Seq2SeqOptions small() {
  Seq2SeqOptions o;
  o.hidden = 16;
  o.embedding = 8;
  o.bidirectional = false;
  o.train.batch_size = 32;
  o.train.optimizer.learning_rate = 5e-3;
  return o;
}

TEST(StepwiseTranslator, TakesTheStepsOfTheTrainingLoop) {
  Context context(1);
  for (const ForcingDecay decay : {ForcingDecay::constant, ForcingDecay::linear}) {
    Seq2SeqOptions o = small();
    o.forcing = {decay, decay == ForcingDecay::constant ? 0.5 : 20, 0.1};
    o.train.epochs = 2;
    o.train.patience = 0;
    StepwiseTranslator stepwise(reversals(), o);
    const TrainedSeq2Seq trained = train_seq2seq(context, reversals(), o);
    for (Index epoch = 1; epoch <= 2; ++epoch) {
      double sum = 0, weight = 0;
      while (stepwise.steps() < epoch * stepwise.batches()) {
        const BatchStep step = stepwise.step(context);
        sum += step.loss * step.weight;
        weight += step.weight;
      }
      EXPECT_NEAR(sum / weight, trained.model.summary.history[static_cast<std::size_t>(epoch)].train_loss, 1e-12);
    }
  }
}

TEST(StepwiseTranslator, LearnsToTurnStringsRound) {
  Context context(1);
  StepwiseTranslator translator(reversals(), small());
  for (int i = 0; i < 150; ++i) translator.step(context);
  EXPECT_EQ(translate(context, translator.model(), {"012"}, {}).targets[0][0].text, "210");
}

TEST(StepwiseTranslator, SaysHowOftenItFeedsTheTruth) {
  Context context(1);
  Seq2SeqOptions o = small();
  o.forcing = {ForcingDecay::linear, 4, 0.25};
  StepwiseTranslator translator(reversals(), o);
  EXPECT_EQ(translator.forcing_rate(), 1);
  translator.step(context);
  EXPECT_EQ(translator.forcing_rate(), 0.75);
  for (int i = 0; i < 5; ++i) translator.step(context);
  EXPECT_EQ(translator.forcing_rate(), 0.25);
}

TEST(StepwiseTranslator, RefusesWhatItCannotTrain) {
  EXPECT_THROW(StepwiseTranslator({{}, {}, "nothing"}, small()), ValueError);
  Seq2SeqOptions o = small();
  o.hidden = 0;
  EXPECT_THROW(StepwiseTranslator(reversals(), o), ValueError);
}

}  // namespace
}  // namespace recurra::seq2seq_stepwise_test
