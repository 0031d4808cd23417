// SPDX-License-Identifier: Apache-2.0
// Inverted dropout as a layer: no parameters, only a rate, checked at construction. Applied if the tape is training.
// Example:
//
//   recurra::Dropout dropout(0.2);
//   recurra::Tape<float> tape(context, {.seed = 7, .step = 3});
//   auto thinned = dropout.forward(tape, recurra::Variable<float>(x, true));
#pragma once

#include "recurra/autograd/functions/dropout.h"

namespace recurra {

class Dropout {
 public:
  /// Errors: ValueError unless 0 <= rate < 1.
  explicit Dropout(double rate) : rate_(rate) {
    require(rate >= 0 && rate < 1, "Dropout: expected a rate in [0, 1), found ", rate);
  }
  double rate() const { return rate_; }

  /// Shapes: any. The identity if the tape is not training.
  template <class T>
  Variable<T> forward(Tape<T>& tape, const Variable<T>& x) const {
    return dropout(tape, x, rate_);
  }
  /// Shapes: x packed [N, D].
  template <class T>
  Variable<T> forward(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x) const {
    return packed_order_dropout(tape, packing, x, rate_);
  }

 private:
  double rate_;
};

}  // namespace recurra
