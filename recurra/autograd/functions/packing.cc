// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/packing.h"

namespace recurra {

template <class T>
Variable<T> pack(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x) {
  Context& context = tape.context();
  auto backward = [&context, packing](const auto& dy) {
    return std::vector<Tensor<T>>{ops::unpack(context, packing, dy[0])};
  };
  return tape.record({x}, {ops::pack(context, packing, x.value())}, backward)[0];
}

template <class T>
Variable<T> unpack(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& packed) {
  Context& context = tape.context();
  auto backward = [&context, packing](const auto& dy) {
    return std::vector<Tensor<T>>{ops::pack(context, packing, dy[0])};
  };
  return tape.record({packed}, {ops::unpack(context, packing, packed.value())}, backward)[0];
}

template Variable<float> pack(Tape<float>&, const ops::Packing&, const Variable<float>&);
template Variable<float> unpack(Tape<float>&, const ops::Packing&, const Variable<float>&);
template Variable<double> pack(Tape<double>&, const ops::Packing&, const Variable<double>&);
template Variable<double> unpack(Tape<double>&, const ops::Packing&, const Variable<double>&);

}  // namespace recurra
