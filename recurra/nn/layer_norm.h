// SPDX-License-Identifier: Apache-2.0
// Layer normalisation over the last axis with a learnt gain and shift. Example:
//
//   recurra::LayerNorm<float> norm(4);
//   recurra::Tape<float> tape(context);
//   auto out = norm.forward(tape, recurra::Variable<float>(x));
#pragma once

#include "recurra/nn/module.h"

namespace recurra {

template <class T>
class LayerNorm : public Module<T> {
 public:
  /// Errors: ValueError unless size and epsilon are positive.
  explicit LayerNorm(Index size, double epsilon = 1e-5);

  /// Shapes: x [..., D]; returns the same.
  Variable<T> forward(Tape<T>& tape, const Variable<T>& x) const;
  /// weight (the gain, initially 1) and bias (initially 0).
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

 private:
  Variable<T> weight_, bias_;
  double epsilon_;
};

}  // namespace recurra
