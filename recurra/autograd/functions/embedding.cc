// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/embedding.h"

namespace recurra {

template <class T>
Variable<T> embedding(Tape<T>& tape, const Variable<T>& table, const Tensor<std::int64_t>& ids) {
  Context& context = tape.context();
  auto backward = [&context, ids, V = table.value().dim(0)](const auto& dy) {
    return std::vector<Tensor<T>>{ops::embedding_backward(context, ids, V, dy[0])};
  };
  return tape.record({table}, {ops::embedding_forward(context, table.value(), ids)}, backward)[0];
}

template Variable<float> embedding(Tape<float>&, const Variable<float>&, const Tensor<std::int64_t>&);
template Variable<double> embedding(Tape<double>&, const Variable<double>&, const Tensor<std::int64_t>&);

}  // namespace recurra
