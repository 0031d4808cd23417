// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/recurrent.h"

#include <algorithm>
#include <cmath>

#include "recurra/autograd/functions/packing.h"
#include "recurra/autograd/functions/shape.h"

namespace recurra {
namespace {

/// [layers * directions, B, H] -> one [B, H] for each; undefined ones for an undefined state.
template <class T>
std::vector<Variable<T>> split_state(Tape<T>& tape, const Variable<T>& state, std::size_t count) {
  if (!state.defined()) return std::vector<Variable<T>>(count);
  std::vector<Variable<T>> parts = split_rows(tape, state, std::vector<Index>(count, 1));
  for (auto& part : parts) part = reshape(tape, part, {part.value().dim(1), part.value().dim(2)});
  return parts;
}

Shape weight_shape(const CellRow& row, const CellWeightRow& weight, Index inputs, Index units, Index outputs,
                   Index heads) {
  const Index rows = row.gate_count() * units;
  if (weight.kind == WeightKind::projection) return {outputs, units};
  if (weight.is_bias()) return {rows};
  if (weight.kind == WeightKind::peephole) return {3, units};
  if (weight.kind == WeightKind::norm) return {kNormRows, units};
  return {rows, weight.kind == WeightKind::input_weight ? inputs : outputs / heads};
}

ParameterKind parameter_kind(WeightKind kind) {
  switch (kind) {
    case WeightKind::input_weight:
      return ParameterKind::input_weight;
    case WeightKind::recurrent_weight:
      return ParameterKind::recurrent_weight;
    case WeightKind::input_bias:
      return ParameterKind::input_bias;
    case WeightKind::recurrent_bias:
      return ParameterKind::recurrent_bias;
    case WeightKind::peephole:
      return ParameterKind::peephole;
    case WeightKind::projection:
      return ParameterKind::weight;
    case WeightKind::norm:
      return ParameterKind::norm;
  }
  throw ValueError("Recurrent: unknown kind of weight");
}

template <class T>
Variable<T> join_state(Tape<T>& tape, std::vector<Variable<T>> parts) {
  for (auto& part : parts) part = reshape(tape, part, {1, part.value().dim(0), part.value().dim(1)});
  return concat_rows(tape, parts);
}

}  // namespace

void check_recurrent_options(const char* where, const RecurrentOptions& o) {
  const CellRow& row = describe(o.cell);
  require(o.input_size > 0, where, ": expected a positive input size, found ", o.input_size);
  require(o.hidden_size > 0, where, ": expected a positive hidden size, found ", o.hidden_size);
  require(o.layers > 0, where, ": expected at least one layer, found ", o.layers);
  require(o.dropout >= 0 && o.dropout < 1, where, ": expected dropout in [0, 1), found ", o.dropout);
  for (const auto& [name, rate] : {std::pair{"recurrent dropout", o.recurrent_dropout},
                                   {"zoneout of h", o.zoneout_h},
                                   {"zoneout of c", o.zoneout_c}})
    require(rate >= 0 && rate < 1, where, ": expected ", name, " in [0, 1), found ", rate);
  require(o.zoneout_c == 0 || row.state_count() > 1, where, ": zoneout of c is asked, but the ", row.title,
          " has no c");
  require(o.projection >= 0 && o.projection <= o.hidden_size, where, ": expected a projection of 0 (none) to ",
          o.hidden_size, ", found ", o.projection);
  require(o.projection == 0 || row.has(WeightKind::projection), where, ": only an LSTM has a projection, found a ",
          row.title);
  require(o.projection == 0 || (o.zoneout_h == 0 && o.zoneout_c == 0), where,
          ": zoneout and a projection exclude each other");
  require(o.zoneout_c == 0 || row.state_count() == 2, where, ": zoneout of c is asked, but the ", row.title,
          "'s c means nothing without its other states");
  require(row.driver == Driver::recurrent || (o.recurrent_dropout == 0 && o.zoneout_h == 0), where,
          ": recurrent dropout or zoneout is asked, but nothing of the ", row.title,
          " depends on h_{t-1} but its own unit");
  require(o.changes.clip >= 0, where, ": expected a clip of 0 (none) or more, found ", o.changes.clip);
  require(o.direction == Direction::forward || !o.bidirectional, where,
          ": a bidirectional net has both directions, found also a reverse one");
  require(o.heads >= 1 && o.hidden_size % o.heads == 0, where, ": expected heads that divide the hidden size of ",
          o.hidden_size, ", found ", o.heads);
  require(o.heads == 1 || row.has_heads, where, ": the ", row.title, " has no heads");
  require(!o.changes.any() || !row.own_kernels, where, ": the ", row.title, " takes no other activations and no clip");
  require(!o.changes.output || row.state_count() > 1, where, ": an output activation is given, but the ", row.title,
          " has no c");
}

template <class T>
Recurrent<T>::Recurrent(RecurrentOptions options) : options_(options) {
  check_recurrent_options("Recurrent", options);
  const auto& o = options_;
  const CellRow& row = describe(o.cell);
  const auto weight = [](Shape shape) { return Variable<T>(Tensor<T>(std::move(shape)), true); };
  for (Index layer = 0; layer < o.layers; ++layer) {
    const Index width = layer == 0 ? o.input_size : output_size() * directions();
    for (int direction = 0; direction < directions(); ++direction) {
      CellVariables<T>& cell = cells_.emplace_back();
      for (const CellWeightRow& own : row.weights)
        if ((o.bias || !own.is_bias()) && (o.projection > 0 || own.kind != WeightKind::projection))
          cell[own.kind] = weight(weight_shape(row, own, width, o.hidden_size, output_size(), o.heads));
    }
  }
}

template <class T>
std::vector<std::string> Recurrent<T>::warnings() const {
  if (options_.dropout == 0 || options_.layers > 1) return {};
  return {concat("dropout ", options_.dropout, " has no effect: it acts between layers, and there is only one")};
}

template <class T>
void Recurrent<T>::check_input(const Variable<T>& x, std::span<const Index> lengths,
                               const StateVariables<T>& initial) const {
  require<ShapeError>(x.shape().rank() == 3 && x.shape()[2] == options_.input_size, "Recurrent::forward: expected x [",
                      options_.batch_first ? "B, T, " : "T, B, ", options_.input_size, "], found ", x.shape());
  const Index B = x.shape()[options_.batch_first ? 0 : 1];
  require<ShapeError>(lengths.empty() || static_cast<Index>(lengths.size()) == B, "Recurrent::forward: expected ", B,
                      " lengths, found ", lengths.size());
  const auto wanted = [&](int state) {
    return Shape({options_.layers * directions(), B, state == 0 ? output_size() : options_.hidden_size});
  };
  const CellRow& row = describe(options_.cell);
  for (int i = 0; i < row.state_count(); ++i)
    require<ShapeError>(!initial[i].defined() || initial[i].shape() == wanted(i), "Recurrent::forward: expected ",
                        row.states[static_cast<std::size_t>(i)].name, "0 ", wanted(i), ", found ",
                        initial[i].value_or_none().shape());
  for (int i = row.state_count(); i < kMaxStates; ++i)
    require(!initial[i].defined(), "Recurrent::forward: c0 is given, but the ", row.title, " has no c");
}

template <class T>
ops::RecurrentNoise<T> Recurrent<T>::draw_noise(Tape<T>& tape, const ops::Packing& packing) const {
  const TapeOptions& o = tape.options();
  const Index H = options_.hidden_size;
  Context& context = tape.context();
  const auto next_key = [&] { return ops::DropoutKey{o.seed, tape.next_mask(), o.step}; };
  ops::RecurrentNoise<T> noise;
  if (options_.recurrent_dropout > 0 && o.training)
    noise.mask =
        ops::dropout_mask<T>(context, {packing.batch(), output_size()}, options_.recurrent_dropout, next_key(), o.rows);
  const double rates[] = {options_.zoneout_h, options_.zoneout_c};
  for (int i = 0; i < std::min(describe(options_.cell).state_count(), 2); ++i) {
    if (rates[i] == 0) continue;
    if (!o.training) {
      noise.fresh[i] = Tensor<T>::full({packing.total(), H}, static_cast<T>(1 - rates[i]));
      continue;
    }
    noise.fresh[i] =
        ops::packed_dropout_mask<T>(context, packing, H, rates[i], ops::DropoutKind::each_step, next_key(), o.rows);
    for (T& fresh : noise.fresh[i].span()) fresh = fresh > 0 ? T(1) : T(0);
  }
  return noise;
}

template <class T>
RecurrentVariables<T> Recurrent<T>::run_layer(Tape<T>& tape, std::size_t index, const ops::Packing& packing,
                                              const Variable<T>& x, const StateVariables<T>& initial) const {
  const Direction direction = options_.bidirectional && index % 2 == 1 ? Direction::reverse : options_.direction;
  return recurrent(tape, CellForm(options_.cell, options_.changes), direction, packing, x, initial, cells_[index],
                   draw_noise(tape, packing));
}

template <class T>
RecurrentOutput<T> Recurrent<T>::forward(Tape<T>& tape, const Variable<T>& x, std::span<const Index> lengths,
                                         const StateVariables<T>& initial) const {
  check_input(x, lengths, initial);
  const Variable<T> x_tbd = options_.batch_first ? swap_leading(tape, x) : x;
  const Index T_ = x_tbd.shape()[0], B = x_tbd.shape()[1];
  RecurrentOutput<T> out;
  out.packing = lengths.empty() ? ops::Packing::full(T_, B) : ops::Packing::from_lengths(T_, lengths);
  out.packed = pack(tape, out.packing, x_tbd);

  const int states = describe(options_.cell).state_count();
  std::vector<StateVariables<T>> starts(cells_.size()), ends;
  for (int s = 0; s < states; ++s) {
    const std::vector<Variable<T>> parts = split_state(tape, initial[s], cells_.size());
    for (std::size_t i = 0; i < parts.size(); ++i) starts[i][s] = parts[i];
  }
  for (std::size_t first = 0; first < cells_.size(); first += static_cast<std::size_t>(directions())) {
    if (first > 0) out.packed = packed_dropout(tape, out.packing, out.packed, options_.dropout, options_.dropout_kind);
    std::vector<Variable<T>> y;
    for (std::size_t i = first; i < first + static_cast<std::size_t>(directions()); ++i) {
      const auto layer = run_layer(tape, i, out.packing, out.packed, starts[i]);
      y.push_back(layer.y);
      ends.push_back(layer.last);
      out.saved.push_back(layer.saved);
    }
    out.packed = y.size() == 1 ? y[0] : concat_last(tape, y);
  }
  for (int s = 0; s < states; ++s) {
    std::vector<Variable<T>> parts;
    for (const StateVariables<T>& end : ends) parts.push_back(end[s]);
    out.state[s] = join_state(tape, parts);
  }
  out.y = unpack(tape, out.packing, out.packed);
  if (options_.batch_first) out.y = swap_leading(tape, out.y);
  return out;
}

template <class T>
void Recurrent<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  const double bound = 1.0 / std::sqrt(static_cast<double>(options_.hidden_size));
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const std::size_t per_layer = static_cast<std::size_t>(directions());
    const std::string suffix = "_l" + std::to_string(i / per_layer) +
                               (i % per_layer == 1 || options_.direction == Direction::reverse ? "_reverse" : "");
    for (const CellWeightRow& own : describe(options_.cell).weights) {
      const Variable<T>& variable = cells_[i][own.kind];
      if (variable.defined())
        out.push_back({prefix + own.name + suffix, variable, {parameter_kind(own.kind), bound, options_.cell}});
    }
  }
}

template class Recurrent<float>;
template class Recurrent<double>;

}  // namespace recurra
