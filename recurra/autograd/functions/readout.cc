// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/readout.h"

namespace recurra {

template <class T>
Variable<T> readout(Tape<T>& tape, ops::Readout kind, const ops::Packing& packing, const Variable<T>& x) {
  Context& context = tape.context();
  auto saved = ops::readout_forward(context, kind, packing, x.value());
  auto backward = [&context, kind, packing, saved](const auto& dy) {
    return std::vector<Tensor<T>>{ops::readout_backward(context, kind, packing, saved, dy[0])};
  };
  return tape.record({x}, {saved.y}, backward)[0];
}

template Variable<float> readout(Tape<float>&, ops::Readout, const ops::Packing&, const Variable<float>&);
template Variable<double> readout(Tape<double>&, ops::Readout, const ops::Packing&, const Variable<double>&);

}  // namespace recurra
