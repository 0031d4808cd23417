// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/attention_readout.h"

#include "recurra/autograd/functions/attention_readout.h"
#include "recurra/autograd/functions/elementwise.h"

namespace recurra {

template <class T>
Variable<T> AttentionReadout<T>::forward(Tape<T>& tape, const RecurrentOutput<T>& output) const {
  const auto scores = score_.forward(tape, tanh(tape, project_.forward(tape, output.packed)));
  return attention_readout(tape, output.packing, scores, output.packed);
}

template <class T>
void AttentionReadout<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  project_.collect(prefix + "project.", out);
  score_.collect(prefix + "score.", out);
}

template class AttentionReadout<float>;
template class AttentionReadout<double>;

}  // namespace recurra
