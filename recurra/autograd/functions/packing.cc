// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/packing.h"

namespace recurra {

template <class T>
Variable<T> pack(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x) {
  ThreadTeam& team = tape.team();
  auto backward = [&team, packing](const auto& dy) {
    return std::vector<Tensor<T>>{ops::unpack(team, packing, dy[0])};
  };
  return tape.record({x}, {ops::pack(team, packing, x.value())}, backward)[0];
}

template <class T>
Variable<T> unpack(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& packed) {
  ThreadTeam& team = tape.team();
  auto backward = [&team, packing](const auto& dy) { return std::vector<Tensor<T>>{ops::pack(team, packing, dy[0])}; };
  return tape.record({packed}, {ops::unpack(team, packing, packed.value())}, backward)[0];
}

template Variable<float> pack(Tape<float>&, const ops::Packing&, const Variable<float>&);
template Variable<float> unpack(Tape<float>&, const ops::Packing&, const Variable<float>&);
template Variable<double> pack(Tape<double>&, const ops::Packing&, const Variable<double>&);
template Variable<double> unpack(Tape<double>&, const ops::Packing&, const Variable<double>&);

}  // namespace recurra
