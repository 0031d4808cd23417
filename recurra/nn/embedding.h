// SPDX-License-Identifier: Apache-2.0
// A table of V vectors of E elements, looked up by index. Example:
//
//   recurra::Embedding<float> table(100, 16);
//   recurra::Tape<float> tape(context);
//   auto rows = table.forward(tape, recurra::Tensor<std::int64_t>({5, 3}));   // [5, 3, 16]
#pragma once

#include "recurra/nn/module.h"

namespace recurra {

template <class T>
class Embedding : public Module<T> {
 public:
  /// Errors: ValueError unless both sizes are positive.
  Embedding(Index vocabulary, Index size);

  /// Shapes: ids [...]; returns [..., E]. Errors: ValueError if an id is outside [0, V).
  Variable<T> forward(Tape<T>& tape, const Tensor<std::int64_t>& ids) const;
  /// weight. PyTorch's default is normal with deviation 1.
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

  /// [V, E], for an output layer tied to it.
  const Variable<T>& weight() const { return weight_; }

 private:
  Variable<T> weight_;
};

}  // namespace recurra
