// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/functions/recurrent.h"

#include "recurra/ops/packed_cell.h"

namespace recurra {
namespace {

/// The weights packed for the kernels, once per tape, because a decoder calls its cell at every step.
template <class T>
std::shared_ptr<ops::PackedCell<T>> packed_once(Tape<T>& tape, Cell cell, const ops::CellWeights<T>& weights) {
  std::shared_ptr<void>& kept = tape.kept(weights.U.defined() ? weights.U.data() : weights.W.data());
  auto packed = std::static_pointer_cast<ops::PackedCell<T>>(kept);
  if (!packed || packed->weights().W.data() != weights.W.data() || packed->cell() != cell ||
      packed->weights().norm.data() != weights.norm.data() ||
      packed->weights().peephole.data() != weights.peephole.data() ||
      packed->weights().projection.data() != weights.projection.data())
    kept = packed = ops::pack_cell(cell, weights, tape.options().precision);
  return packed;
}

}  // namespace

template <class T>
RecurrentVariables<T> recurrent(Tape<T>& tape, const CellForm& form, Direction direction, const ops::Packing& packing,
                                const Variable<T>& x, const StateVariables<T>& initial, const CellVariables<T>& weights,
                                const ops::RecurrentNoise<T>& noise) {
  Context& context = tape.context();
  const CellRow& row = form.row();
  std::vector<Variable<T>> inputs = {x}, trained;  // x, then states, then weights, in the table's order
  ops::CellState<T> state;
  ops::CellWeights<T> values;
  for (int i = 0; i < row.state_count(); ++i) {
    inputs.push_back(initial[i]);
    state[i] = initial[i].value_or_none();
  }
  for (const CellWeightRow& weight : row.weights) {
    trained.push_back(weights[weight.kind]);
    values[weight.kind] = weights[weight.kind].value_or_none();
  }
  inputs.insert(inputs.end(), trained.begin(), trained.end());
  const auto out = ops::recurrent_forward<T>(context, form, direction, packing, x.value(), state,
                                             packed_once<T>(tape, form.cell, values), tape.wants_grad(inputs), noise);
  const ops::Wanted wanted{.dx = x.requires_grad(), .weights = tape.wants_grad(trained)};
  auto backward = [&context, &row, saved = out.saved, wanted](const auto& dy) {
    // Nothing else refers to it, and a tape runs backward only once.
    const ops::Keep keep = saved.use_count() == 1 ? ops::Keep::no : ops::Keep::yes;
    ops::CellState<T> dlast;
    for (int i = 0; i < row.state_count(); ++i) dlast[i] = dy[static_cast<std::size_t>(1 + i)];
    const auto g = ops::recurrent_backward<T>(context, *saved, dy[0], dlast, wanted, keep);
    std::vector<Tensor<T>> gradients = {g.dx};
    for (int i = 0; i < row.state_count(); ++i) gradients.push_back(g.initial[i]);
    for (const CellWeightRow& weight : row.weights) gradients.push_back(g.weights[weight.kind]);
    return gradients;
  };
  std::vector<Tensor<T>> results = {out.y};
  for (int i = 0; i < row.state_count(); ++i) results.push_back(out.last[i]);
  const auto outputs = tape.record(inputs, results, backward);
  RecurrentVariables<T> made{outputs[0], {}, out.saved};
  for (int i = 0; i < row.state_count(); ++i) made.last[i] = outputs[static_cast<std::size_t>(1 + i)];
  return made;
}

template RecurrentVariables<float> recurrent(Tape<float>&, const CellForm&, Direction, const ops::Packing&,
                                             const Variable<float>&, const StateVariables<float>&,
                                             const CellVariables<float>&, const ops::RecurrentNoise<float>&);
template RecurrentVariables<double> recurrent(Tape<double>&, const CellForm&, Direction, const ops::Packing&,
                                              const Variable<double>&, const StateVariables<double>&,
                                              const CellVariables<double>&, const ops::RecurrentNoise<double>&);

}  // namespace recurra
