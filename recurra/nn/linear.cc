// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/linear.h"

#include <cmath>

#include "recurra/autograd/functions/linear.h"

namespace recurra {

template <class T>
Linear<T>::Linear(Index input_size, Index output_size, bool bias) {
  require(input_size > 0 && output_size > 0, "Linear: expected positive sizes, found ", input_size, " and ",
          output_size);
  weight_ = Variable<T>(Tensor<T>({output_size, input_size}), true);
  if (bias) bias_ = Variable<T>(Tensor<T>({output_size}), true);
}

template <class T>
Variable<T> Linear<T>::forward(Tape<T>& tape, const Variable<T>& x) const {
  return linear(tape, x, weight_, bias_);
}

template <class T>
void Linear<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  const double bound = 1.0 / std::sqrt(static_cast<double>(weight_.value().dim(1)));
  out.push_back({prefix + "weight", weight_, {ParameterKind::weight, bound}});
  if (bias_.defined()) out.push_back({prefix + "bias", bias_, {ParameterKind::bias, bound}});
}

template class Linear<float>;
template class Linear<double>;

}  // namespace recurra
