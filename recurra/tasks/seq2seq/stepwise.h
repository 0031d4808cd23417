// SPDX-License-Identifier: Apache-2.0
// A translator that is trained one optimiser step at a time, for callers that inspect it between steps. The usual way
// to train is train_seq2seq. Example:
//
//   auto watch = [](const std::vector<recurra::TextPair>& pairs, const recurra::Seq2SeqOptions& options) {
//     recurra::Context one(1);
//     recurra::StepwiseTranslator translator({pairs, {}, "pairs"}, options);
//     while (translator.steps() < 100) translator.step(one);
//     return recurra::translate(one, translator.model(), {"123"}, {}).targets[0][0].text;
//   };
#pragma once

#include "recurra/tasks/seq2seq/translator.h"
#include "recurra/train/batch_step.h"

namespace recurra {

class StepwiseTranslator {
 public:
  /// Errors: as begin_seq2seq.
  StepwiseTranslator(const Seq2SeqData& data, const Seq2SeqOptions& options);

  /// As SteppedTraining.
  BatchStep step(Context& context) { return stepped_->step(context); }
  bool diverged() const { return stepped_->diverged(); }
  Index steps() const { return stepped_->steps(); }
  Index batches() const { return stepped_->batches(); }
  /// The probability that a decoder step of the next batch is fed the truth.
  double forcing_rate() const;

  const Seq2SeqModel& model() const { return training_->model; }

 private:
  std::unique_ptr<Seq2SeqTraining> training_;
  std::unique_ptr<SteppedTraining> stepped_;
};

}  // namespace recurra
