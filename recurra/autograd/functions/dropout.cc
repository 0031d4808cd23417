// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/dropout.h"

namespace recurra {
namespace {

template <class T>
bool acts(const Tape<T>& tape, double rate) {
  require(rate >= 0 && rate < 1, "dropout: expected a rate in [0, 1), found ", rate);
  return tape.options().training && rate > 0;
}

template <class T>
ops::DropoutKey next_key(Tape<T>& tape) {
  return {tape.options().seed, tape.next_mask(), tape.options().step};
}

template <class T>
Variable<T> apply(Tape<T>& tape, const Variable<T>& x, const Tensor<T>& mask) {
  Context& context = tape.context();
  auto backward = [&context, mask](const auto& dy) {
    return std::vector<Tensor<T>>{ops::multiply(context, dy[0], mask)};
  };
  return tape.record({x}, {ops::multiply(context, x.value(), mask)}, backward)[0];
}

}  // namespace

template <class T>
Variable<T> dropout(Tape<T>& tape, const Variable<T>& x, double rate) {
  if (!acts(tape, rate)) return x;
  return apply(tape, x, ops::dropout_mask<T>(tape.context(), x.shape(), rate, next_key(tape), tape.options().rows));
}

template <class T>
Variable<T> packed_dropout(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x, double rate,
                           ops::DropoutKind kind) {
  if (!acts(tape, rate)) return x;
  return apply(tape, x,
               ops::packed_dropout_mask<T>(tape.context(), packing, x.value().dim(-1), rate, kind, next_key(tape),
                                           tape.options().rows));
}

template <class T>
Variable<T> packed_order_dropout(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x, double rate) {
  if (!acts(tape, rate)) return x;
  return apply(tape, x,
               ops::packed_order_dropout_mask<T>(tape.context(), packing, x.value().dim(-1), rate, next_key(tape),
                                                 tape.options().rows));
}

template Variable<float> dropout(Tape<float>&, const Variable<float>&, double);
template Variable<float> packed_dropout(Tape<float>&, const ops::Packing&, const Variable<float>&, double,
                                        ops::DropoutKind);
template Variable<float> packed_order_dropout(Tape<float>&, const ops::Packing&, const Variable<float>&, double);
template Variable<double> packed_order_dropout(Tape<double>&, const ops::Packing&, const Variable<double>&, double);
template Variable<double> dropout(Tape<double>&, const Variable<double>&, double);
template Variable<double> packed_dropout(Tape<double>&, const ops::Packing&, const Variable<double>&, double,
                                         ops::DropoutKind);

}  // namespace recurra
