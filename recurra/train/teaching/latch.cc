// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/latch.h"

#include <cmath>

#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/init.h"
#include "recurra/nn/readout.h"
#include "recurra/ops/elementwise.h"
#include "recurra/optim/clip.h"

namespace recurra {
namespace {

struct LatchBatch {
  Tensor<float> x;      ///< [T, B, 1]
  Tensor<float> label;  ///< [B, 1] 1 for +1, 0 for -1
};

LatchBatch draw_batch(const LatchOptions& o, Index step) {
  Random random(o.seed, stream_id(concat("latch/", step)));
  LatchBatch batch{Tensor<float>({o.T, o.batch, 1}), Tensor<float>({o.batch, 1})};
  for (Index i = o.batch; i < batch.x.size(); ++i) batch.x[i] = static_cast<float>(random.normal(0.0, o.noise));
  for (Index b = 0; b < o.batch; ++b) {
    batch.label[b] = static_cast<float>(random.below(2));
    batch.x[b] = 2 * batch.label[b] - 1;
  }
  return batch;
}

const LatchOptions& checked(const LatchOptions& o) {
  require(o.T >= 1 && o.batch >= 1, "LatchLearner: expected T and batch of at least 1, found ", o.T, " and ", o.batch);
  require(o.learning_rate > 0, "LatchLearner: expected a learning rate above 0, found ", o.learning_rate);
  return o;
}

}  // namespace

LatchLearner::LatchLearner(const LatchOptions& options)
    : options_(checked(options)),
      recurrent_({.cell = options.cell, .input_size = 1, .hidden_size = options.hidden_size}),
      head_(options.hidden_size, 1),
      block_(parameters()),
      adam_(block_, {}) {
  InitOptions init;
  if (options.forget_bias != 0 && gate_count(options.cell) > 1) init.forget_bias = options.forget_bias;
  initialize(parameters(), options.seed, init);
}

void LatchLearner::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  recurrent_.collect(prefix + "recurrent.", out);
  head_.collect(prefix + "head.", out);
}

LatchStep LatchLearner::step(Context& context) {
  const LatchBatch batch = draw_batch(options_, steps_);
  Tape<float> tape(context);
  const auto hidden = read_out(tape, Readout::last, recurrent_.forward(tape, Variable<float>(batch.x)));
  const Variable<float> logits = head_.forward(tape, hidden);
  const auto loss = element_loss(tape, {ops::LossKind::bce_with_logits}, logits, batch.label);
  Index right = 0;
  for (Index b = 0; b < options_.batch; ++b) right += (logits.value()[b] > 0) == (batch.label[b] > 0.5f);
  block_.zero_grad();
  tape.backward(loss);
  const Tensor<float>& gradients = block_.gradients();
  const double norm = options_.clip_norm > 0 ? clip_grad_norm(context, gradients, options_.clip_norm)
                                             : std::sqrt(ops::sum_of_squares(context, gradients));
  const LatchStep out{static_cast<double>(loss.value().item()),
                      static_cast<double>(right) / static_cast<double>(options_.batch), norm};
  diverged_ = diverged_ || !std::isfinite(out.loss) || !std::isfinite(norm);
  if (!diverged_) adam_.step(context, options_.learning_rate);
  ++steps_;
  return out;
}

}  // namespace recurra
