// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/softmax.h"

namespace recurra {

template <class T>
Variable<T> softmax(Tape<T>& tape, const Variable<T>& x) {
  Context& context = tape.context();
  Tensor<T> y = ops::softmax_forward(context, x.value());
  auto backward = [&context, y](const auto& dy) {
    return std::vector<Tensor<T>>{ops::softmax_backward(context, y, dy[0])};
  };
  return tape.record({x}, {y}, backward)[0];
}

template <class T>
Variable<T> log_softmax(Tape<T>& tape, const Variable<T>& x) {
  Context& context = tape.context();
  Tensor<T> y = ops::log_softmax_forward(context, x.value());
  auto backward = [&context, y](const auto& dy) {
    return std::vector<Tensor<T>>{ops::log_softmax_backward(context, y, dy[0])};
  };
  return tape.record({x}, {y}, backward)[0];
}

template Variable<float> softmax(Tape<float>&, const Variable<float>&);
template Variable<float> log_softmax(Tape<float>&, const Variable<float>&);
template Variable<double> softmax(Tape<double>&, const Variable<double>&);
template Variable<double> log_softmax(Tape<double>&, const Variable<double>&);

}  // namespace recurra
