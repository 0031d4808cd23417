// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/composed_cell.h"

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/embedding.h"
#include "recurra/autograd/functions/linear.h"
#include "recurra/autograd/functions/shape.h"

namespace recurra {
namespace {

/// Column block `gate` of a [B, G*H] matrix.
template <class T>
Variable<T> gate_of(Tape<T>& tape, const Variable<T>& a, int gate, Index H) {
  return slice_last(tape, a, gate * H, (gate + 1) * H);
}

template <class T>
StateVariables<T> lstm_step(Tape<T>& tape, const Variable<T>& from_x, const Variable<T>& from_h,
                            const StateVariables<T>& state) {
  const Index H = state.h.value().dim(1);
  const Variable<T> a = add(tape, from_x, from_h);
  const Variable<T> i = sigmoid(tape, gate_of(tape, a, kInput, H));
  const Variable<T> f = sigmoid(tape, gate_of(tape, a, kForget, H));
  const Variable<T> g = tanh(tape, gate_of(tape, a, kCandidate, H));
  const Variable<T> o = sigmoid(tape, gate_of(tape, a, kOutput, H));
  const Variable<T> c = add(tape, multiply(tape, f, state.c), multiply(tape, i, g));
  return {multiply(tape, o, tanh(tape, c)), c};
}

/// U_n (r h) + b_hn: the recurrent part of the candidate where the reset gate acts before the product.
template <class T>
Variable<T> reset_before(Tape<T>& tape, const Variable<T>& r, const Variable<T>& h, const CellVariables<T>& weights) {
  const Index H = h.value().dim(1);
  const Variable<T> U_n = split_rows(tape, weights.U, {kNew * H, H})[1];
  const Variable<T> b_hn = weights.b_hh.defined() ? split_rows(tape, weights.b_hh, {kNew * H, H})[1] : Variable<T>();
  return linear(tape, multiply(tape, r, h), U_n, b_hn);
}

template <class T>
StateVariables<T> gru_step(Tape<T>& tape, Cell cell, const Variable<T>& from_x, const Variable<T>& from_h,
                           const StateVariables<T>& state, const CellVariables<T>& weights) {
  const Index H = state.h.value().dim(1);
  const auto gate_sum = [&](int gate) {
    return add(tape, gate_of(tape, from_x, gate, H), gate_of(tape, from_h, gate, H));
  };
  const Variable<T> r = sigmoid(tape, gate_sum(kReset));
  const Variable<T> z = sigmoid(tape, gate_sum(kUpdate));
  const Variable<T> recurrent_part =
      cell == Cell::gru ? multiply(tape, r, gate_of(tape, from_h, kNew, H)) : reset_before(tape, r, state.h, weights);
  const Variable<T> n = tanh(tape, add(tape, gate_of(tape, from_x, kNew, H), recurrent_part));
  const Variable<T> kept = multiply(tape, z, subtract(tape, state.h, n));  // z h + (1 - z) n = n + z (h - n)
  return {add(tape, n, kept), {}};
}

/// The rows of a [B, H] state in the order of the packing, or zeros where it is undefined.
template <class T>
Variable<T> sorted_rows(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& state, Index H) {
  if (!state.defined()) return Variable<T>(Tensor<T>({packing.batch(), H}));
  return embedding(tape, state, Tensor<std::int64_t>({packing.batch()}, packing.order()));
}

/// And back to the caller's order.
template <class T>
Variable<T> callers_rows(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& sorted) {
  Tensor<std::int64_t> position({packing.batch()});
  for (Index i = 0; i < packing.batch(); ++i) position[packing.order()[static_cast<std::size_t>(i)]] = i;
  return embedding(tape, sorted, position);
}

}  // namespace

template <class T>
StateVariables<T> composed_step(Tape<T>& tape, Cell cell, const Variable<T>& x, const StateVariables<T>& state,
                                const CellVariables<T>& weights) {
  const Variable<T> from_x = linear(tape, x, weights.W, weights.b_ih);
  const Variable<T> from_h = linear(tape, state.h, weights.U, weights.b_hh);
  switch (cell) {
    case Cell::lstm:
      return lstm_step(tape, from_x, from_h, state);
    case Cell::gru:
    case Cell::gru_reset_before:
      return gru_step(tape, cell, from_x, from_h, state, weights);
    case Cell::rnn_tanh:
      return {tanh(tape, add(tape, from_x, from_h)), {}};
    case Cell::rnn_relu:
      return {relu(tape, add(tape, from_x, from_h)), {}};
    case Cell::rnn_linear:
      return {add(tape, from_x, from_h), {}};
  }
  throw ValueError("composed_step: unknown cell");
}

template <class T>
RecurrentVariables<T> composed_recurrent(Tape<T>& tape, Cell cell, Direction direction, const ops::Packing& packing,
                                         const Variable<T>& x, const StateVariables<T>& initial,
                                         const CellVariables<T>& weights) {
  const Index H = weights.U.value().dim(1), T_ = packing.steps(), B = packing.batch();
  std::vector<Index> counts;
  for (Index t = 0; t < T_; ++t) counts.push_back(packing.rows_at(t));
  const std::vector<Variable<T>> x_t = split_rows(tape, x, counts);
  std::vector<Variable<T>> y_t(static_cast<std::size_t>(T_), Variable<T>(Tensor<T>({0, H})));

  const int states = describe(cell).state_count();
  StateVariables<T> state;
  for (int i = 0; i < states; ++i) state[i] = sorted_rows(tape, packing, initial[i], H);
  for (Index s = 0; s < T_; ++s) {
    const auto t = static_cast<std::size_t>(direction == Direction::forward ? s : T_ - 1 - s);
    const Index active = counts[t];
    if (active == 0) continue;
    // The active rows are a prefix; the others keep the state they have.
    StateVariables<T> next, waiting;
    for (int i = 0; i < states; ++i) {
      const auto parts = split_rows(tape, state[i], {active, B - active});
      next[i] = parts[0];
      waiting[i] = parts[1];
    }
    next = composed_step(tape, cell, x_t[t], next, weights);
    y_t[t] = next.h;
    for (int i = 0; i < states; ++i) state[i] = concat_rows<T>(tape, {next[i], waiting[i]});
  }
  RecurrentVariables<T> out;
  out.y = T_ > 0 ? concat_rows(tape, y_t) : Variable<T>(Tensor<T>({0, H}));
  for (int i = 0; i < states; ++i) out.last[i] = callers_rows(tape, packing, state[i]);
  return out;
}

template StateVariables<float> composed_step(Tape<float>&, Cell, const Variable<float>&, const StateVariables<float>&,
                                             const CellVariables<float>&);
template StateVariables<double> composed_step(Tape<double>&, Cell, const Variable<double>&,
                                              const StateVariables<double>&, const CellVariables<double>&);
template RecurrentVariables<float> composed_recurrent(Tape<float>&, Cell, Direction, const ops::Packing&,
                                                      const Variable<float>&, const StateVariables<float>&,
                                                      const CellVariables<float>&);
template RecurrentVariables<double> composed_recurrent(Tape<double>&, Cell, Direction, const ops::Packing&,
                                                       const Variable<double>&, const StateVariables<double>&,
                                                       const CellVariables<double>&);

}  // namespace recurra
