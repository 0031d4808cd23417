// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/crf.h"

namespace recurra {

template <class T>
Crf<T>::Crf(Index labels) {
  require(labels > 0, "Crf: expected at least one label, found ", labels);
  weights_ = {Variable<T>(Tensor<T>({labels, labels}), true), Variable<T>(Tensor<T>({labels}), true),
              Variable<T>(Tensor<T>({labels}), true)};
}

template <class T>
void Crf<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  const ParameterRole role{ParameterKind::weight, Cell::rnn_tanh, 0.1};
  out.push_back({prefix + "transitions", weights_.transitions, role});
  out.push_back({prefix + "start_transitions", weights_.start, role});
  out.push_back({prefix + "end_transitions", weights_.end, role});
}

template class Crf<float>;
template class Crf<double>;

}  // namespace recurra
