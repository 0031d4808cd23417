// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/linear.h"

namespace recurra {

template <class T>
Variable<T> linear(Tape<T>& tape, const Variable<T>& x, const Variable<T>& weight, const Variable<T>& bias) {
  Context& context = tape.context();
  Tensor<T> y = ops::linear_forward(context, x.value(), weight.value(), bias.value_or_none());
  auto backward = [&context, x = x.value(), W = weight.value(), want_dx = x.requires_grad()](const auto& dy) {
    auto gradients = ops::linear_backward(context, x, W, dy[0], want_dx);
    return std::vector<Tensor<T>>{gradients.dx, gradients.dW, gradients.db};
  };
  return tape.record({x, weight, bias}, {y}, backward)[0];
}

template <class T>
Variable<T> matmul(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b, ops::Transpose transpose_a,
                   ops::Transpose transpose_b) {
  Context& context = tape.context();
  auto backward = [&context, a = a.value(), b = b.value(), transpose_a, transpose_b](const auto& dy) {
    using enum ops::Transpose;
    const Tensor<T>& dc = dy[0];
    const auto flip = [](ops::Transpose t) { return t == no ? yes : no; };
    Tensor<T> da = transpose_a == no ? ops::matmul(context, dc, b, no, flip(transpose_b))
                                     : ops::matmul(context, b, dc, transpose_b, yes);
    Tensor<T> db = transpose_b == no ? ops::matmul(context, a, dc, flip(transpose_a), no)
                                     : ops::matmul(context, dc, a, yes, transpose_a);
    return std::vector<Tensor<T>>{da, db};
  };
  return tape.record({a, b}, {ops::matmul(context, a.value(), b.value(), transpose_a, transpose_b)}, backward)[0];
}

template Variable<float> linear(Tape<float>&, const Variable<float>&, const Variable<float>&, const Variable<float>&);
template Variable<float> matmul(Tape<float>&, const Variable<float>&, const Variable<float>&, ops::Transpose,
                                ops::Transpose);
template Variable<double> linear(Tape<double>&, const Variable<double>&, const Variable<double>&,
                                 const Variable<double>&);
template Variable<double> matmul(Tape<double>&, const Variable<double>&, const Variable<double>&, ops::Transpose,
                                 ops::Transpose);

}  // namespace recurra
