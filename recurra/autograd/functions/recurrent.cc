// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/recurrent.h"

#include "recurra/ops/packed_cell.h"

namespace recurra {
namespace {

/// The weights packed for the kernels, once a tape: a decoder calls its cell at every step.
template <class T>
std::shared_ptr<ops::PackedCell<T>> packed_once(Tape<T>& tape, Cell cell, const ops::CellWeights<T>& weights) {
  std::shared_ptr<void>& kept = tape.kept(weights.U.data());
  auto packed = std::static_pointer_cast<ops::PackedCell<T>>(kept);
  if (!packed || packed->weights().W.data() != weights.W.data() || packed->gates().gates != gate_count(cell))
    kept = packed = ops::pack_cell(cell, weights, tape.options().precision);
  return packed;
}

}  // namespace

template <class T>
RecurrentVariables<T> recurrent(Tape<T>& tape, Cell cell, Direction direction, const ops::Packing& packing,
                                const Variable<T>& x, const StateVariables<T>& initial,
                                const CellVariables<T>& weights) {
  Context& context = tape.context();
  const std::vector<Variable<T>> inputs = {x, initial.h, initial.c, weights.W, weights.U, weights.b_ih, weights.b_hh};
  const auto packed = packed_once<T>(
      tape, cell, {weights.W.value(), weights.U.value(), weights.b_ih.value_or_none(), weights.b_hh.value_or_none()});
  const auto out = ops::recurrent_forward<T>(context, cell, direction, packing, x.value(),
                                             {initial.h.value_or_none(), initial.c.value_or_none()}, packed,
                                             tape.wants_grad(inputs));
  const ops::Wanted wanted{.dx = x.requires_grad(),
                           .weights = tape.wants_grad({weights.W, weights.U, weights.b_ih, weights.b_hh})};
  auto backward = [&context, saved = out.saved, wanted](const auto& dy) {
    // Nobody else holds it, and a tape runs backward once.
    const ops::Keep keep = saved.use_count() == 1 ? ops::Keep::no : ops::Keep::yes;
    auto g = ops::recurrent_backward<T>(context, *saved, dy[0], {dy[1], dy[2]}, wanted, keep);
    return std::vector<Tensor<T>>{g.dx,        g.initial.h,    g.initial.c,   g.weights.W,
                                  g.weights.U, g.weights.b_ih, g.weights.b_hh};
  };
  const auto outputs = tape.record(inputs, {out.y, out.last.h, out.last.c}, backward);
  return {outputs[0], {outputs[1], outputs[2]}, out.saved};
}

template RecurrentVariables<float> recurrent(Tape<float>&, Cell, Direction, const ops::Packing&, const Variable<float>&,
                                             const StateVariables<float>&, const CellVariables<float>&);
template RecurrentVariables<double> recurrent(Tape<double>&, Cell, Direction, const ops::Packing&,
                                              const Variable<double>&, const StateVariables<double>&,
                                              const CellVariables<double>&);

}  // namespace recurra
