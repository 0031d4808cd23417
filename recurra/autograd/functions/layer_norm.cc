// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/layer_norm.h"

namespace recurra {

template <class T>
Variable<T> layer_norm(Tape<T>& tape, const Variable<T>& x, const Variable<T>& gamma, const Variable<T>& beta,
                       double epsilon) {
  Context& context = tape.context();
  auto saved = ops::layer_norm_forward(context, x.value(), gamma.value(), beta.value(), epsilon);
  auto backward = [&context, saved, gamma = gamma.value()](const auto& dy) {
    auto gradients = ops::layer_norm_backward(context, saved, gamma, dy[0]);
    return std::vector<Tensor<T>>{gradients.dx, gradients.dgamma, gradients.dbeta};
  };
  return tape.record({x, gamma, beta}, {saved.y}, backward)[0];
}

template Variable<float> layer_norm(Tape<float>&, const Variable<float>&, const Variable<float>&,
                                    const Variable<float>&, double);
template Variable<double> layer_norm(Tape<double>&, const Variable<double>&, const Variable<double>&,
                                     const Variable<double>&, double);

}  // namespace recurra
