// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/stepwise.h"

namespace recurra {

StepwiseTranslator::StepwiseTranslator(const Seq2SeqData& data, const Seq2SeqOptions& options)
    : training_(begin_seq2seq(data, options)) {
  TrainOptions& train = training_->model.options.train;
  train.seed = options.seed;
  stepped_ = std::make_unique<SteppedTraining>(*training_->problem, train);
}

double StepwiseTranslator::forcing_rate() const {
  return TeacherForcing(model().options.forcing).rate(static_cast<std::uint64_t>(steps()));
}

}  // namespace recurra
