// SPDX-License-Identifier: Apache-2.0
// The quotation task, trained: a text has one or two quotation marks among its first 8 characters and then none for
// `distance` characters; at the end, or at every character, the net predicts whether the text is inside a quotation.
// If only the end counts, the distance decides whether RNN, GRU and LSTM learn it. With `closed` the target at every
// character is whether it is in a quotation that a later mark will close: no net can know that from the left alone.
// For lessons; the net of figure 3 is quote_net.h. Example:
//
//   recurra::QuoteLearner rnn({.cell = Cell::rnn_tanh, .distance = 10});
//   for (int i = 0; i < 200; ++i) rnn.step(context);
//   std::vector<double> right = rnn.right_by_distance(context, 60);       // right[9]: share at 10 characters
#pragma once

#include <string_view>
#include <vector>

#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/optim/optimizer.h"

namespace recurra {

struct QuoteOptions {
  Cell cell = Cell::lstm;
  Index distance = 20;  ///< characters after those that may hold a mark
  bool closed = false;  ///< target: whether the quotation of each character will be closed
  bool every = false;   ///< targets at every character, not only at the end; implied by `closed`
  bool bidirectional = false;
  Index hidden_size = 8, batch = 32;
  double learning_rate = 0.01;
  double clip_norm = 1;    ///< 0: off
  double forget_bias = 0;  ///< as in LatchOptions
  std::uint64_t seed = 1;
};

struct QuoteStep {
  double loss = 0;         ///< binary cross-entropy of the batch, in nats
  double accuracy = 0;     ///< on the batch, before the update
  double norm_before = 0;  ///< of the gradient, before clipping
};

/// One layer and a linear head; a fresh batch each step, the same for every cell of a seed; Adam.
class QuoteLearner : public Module<float> {
 public:
  /// Errors: ValueError for a distance, a size or a batch below 1, or a learning rate that is not above 0.
  explicit QuoteLearner(const QuoteOptions& options);

  /// After a step that was not finite the net does not change.
  QuoteStep step(Context& context);
  bool diverged() const { return diverged_; }
  Index steps() const { return steps_; }

  /// [most] the accuracy 1, 2, ... characters after the last mark, over 200 texts that were not trained on.
  /// Errors: ValueError for a net with `closed`.
  std::vector<double> right_by_distance(Context& context, Index most) const;
  /// The accuracy over every character of 200 texts that were not trained on.
  double right_everywhere(Context& context) const;
  /// [T] the predicted probability at each character of a text. Errors: ValueError if it is empty.
  Tensor<double> believe(Context& context, std::string_view utf8) const;
  /// [T] the target at each character of a text.
  Tensor<double> truth(std::string_view utf8) const;

  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;

 private:
  /// [T, B, 1] logits. Shapes: x [T, B, 5].
  Variable<float> run(Tape<float>& tape, const Tensor<float>& x) const;

  QuoteOptions options_;
  Recurrent<float> recurrent_;
  Linear<float> head_;
  ParameterBlock<float> block_;
  Optimizer<float> adam_;
  Index steps_ = 0;
  bool diverged_ = false;
};

}  // namespace recurra
