// SPDX-License-Identifier: Apache-2.0
// The affine layer over the last axis: weight [O, D] and bias [O]. Example:
//
//   recurra::Linear<float> head(128, 1);
//   recurra::Tape<float> tape(context);
//   auto out = head.forward(tape, recurra::Variable<float>(recurra::Tensor<float>({32, 128})));   // [32, 1]
#pragma once

#include "recurra/nn/module.h"

namespace recurra {

template <class T>
class Linear : public Module<T> {
 public:
  /// Errors: ValueError unless both sizes are positive.
  Linear(Index input_size, Index output_size, bool bias = true);

  /// Shapes: x [..., D]; returns [..., O].
  Variable<T> forward(Tape<T>& tape, const Variable<T>& x) const;
  const Variable<T>& weight() const { return weight_; }
  const Variable<T>& bias() const { return bias_; }  ///< undefined without one
  /// weight, bias. PyTorch's default is uniform within 1 / sqrt(D).
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

 private:
  Variable<T> weight_, bias_;
};

}  // namespace recurra
