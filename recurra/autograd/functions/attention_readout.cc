// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/attention_readout.h"

namespace recurra {

template <class T>
Variable<T> attention_readout(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& scores,
                              const Variable<T>& x) {
  Context& context = tape.context();
  auto saved = ops::attention_readout_forward(context, packing, scores.value(), x.value());
  auto backward = [&context, packing, saved, x](const auto& dy) {
    auto [dscores, dx] = ops::attention_readout_backward(context, packing, saved, x.value(), dy[0]);
    return std::vector<Tensor<T>>{dscores, dx};
  };
  return tape.record({scores, x}, {saved.y}, backward)[0];
}

template Variable<float> attention_readout(Tape<float>&, const ops::Packing&, const Variable<float>&,
                                           const Variable<float>&);
template Variable<double> attention_readout(Tape<double>&, const ops::Packing&, const Variable<double>&,
                                            const Variable<double>&);

}  // namespace recurra
