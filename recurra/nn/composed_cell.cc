// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/composed_cell.h"

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/embedding.h"
#include "recurra/autograd/functions/layer_norm.h"
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
Variable<T> constant(const Variable<T>& like, double value) {
  return Variable<T>(Tensor<T>::full(like.shape(), static_cast<T>(value)));
}

/// min(max(x, low), high), composed of other ops: this file is only a reference.
template <class T>
Variable<T> clamp(Tape<T>& tape, const Variable<T>& x, double low, double high) {
  const Variable<T> raised = relu(tape, subtract(tape, x, constant(x, low)));
  const Variable<T> excess = relu(tape, subtract(tape, x, constant(x, high)));
  return add(tape, subtract(tape, raised, excess), constant(x, low));
}

/// g(a) = a + 1/2 for a >= 0, sigmoid(a) below: relu(a) + sigmoid(min(a, 0)).
template <class T>
Variable<T> positive(Tape<T>& tape, const Variable<T>& a) {
  const Variable<T> least = scale(tape, relu(tape, scale(tape, a, T(-1))), T(-1));
  return add(tape, relu(tape, a), sigmoid(tape, least));
}

template <class T>
Variable<T> activate(Tape<T>& tape, Activation kind, const Variable<T>& x) {
  const auto hard = [&](double slope) {
    return clamp(tape, add(tape, multiply(tape, x, constant(x, slope)), constant(x, 0.5)), 0, 1);
  };
  switch (kind) {
    case Activation::identity:
      return x;
    case Activation::tanh:
      return tanh(tape, x);
    case Activation::relu:
      return relu(tape, x);
    case Activation::sigmoid:
      return sigmoid(tape, x);
    case Activation::hard_sigmoid:
      return hard(0.2);
    case Activation::hard_sigmoid_sixth:
      return hard(1.0 / 6);
    case Activation::positive:
      return positive(tape, x);
    case Activation::exponential:  // of a cell that stabilises it
      break;
  }
  throw ValueError("composed_step: unknown activation");
}

/// A gate from its sum.
template <class T>
Variable<T> gate_from(Tape<T>& tape, const CellForm& form, int gate, const Variable<T>& sum) {
  const double clip = form.changes.clip;
  return activate(tape, form.activation(static_cast<std::size_t>(gate)),
                  clip > 0 ? clamp(tape, sum, -clip, clip) : sum);
}

template <class T>
StateVariables<T> lstm_step(Tape<T>& tape, const CellForm& form, const Variable<T>& from_x, const Variable<T>& from_h,
                            const StateVariables<T>& state, const CellVariables<T>& weights) {
  const Index B = state.c.value().dim(0), H = state.c.value().dim(1);
  const Variable<T> a = add(tape, from_x, from_h);
  const Variable<T>& P = weights.peephole;
  const auto gate = [&](int which, Index peephole, const Variable<T>& c) {
    Variable<T> sum = gate_of(tape, a, which, H);
    if (P.defined()) {
      const Tensor<std::int64_t> rows = Tensor<std::int64_t>::full({B}, peephole);  // one row of P for each row of c
      sum = add(tape, sum, multiply(tape, embedding(tape, P, rows), c));
    }
    return gate_from(tape, form, which, sum);
  };
  const Variable<T> i = gate(kInput, 0, state.c), f = gate(kForget, 1, state.c);
  const Variable<T> g = gate_from(tape, form, kCandidate, gate_of(tape, a, kCandidate, H));
  const Variable<T> c = add(tape, multiply(tape, f, state.c), multiply(tape, i, g));
  const Variable<T> o = gate(kOutput, 2, c);
  const Variable<T> h = multiply(tape, o, activate(tape, form.changes.output.value_or(Activation::tanh), c));
  return {weights.projection.defined() ? linear(tape, h, weights.projection, {}) : h, c};
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
StateVariables<T> gru_step(Tape<T>& tape, const CellForm& form, const Variable<T>& from_x, const Variable<T>& from_h,
                           const StateVariables<T>& state, const CellVariables<T>& weights,
                           const Variable<T>& product_h) {
  const Index H = state.h.value().dim(1);
  const auto gate_sum = [&](int gate) {
    return add(tape, gate_of(tape, from_x, gate, H), gate_of(tape, from_h, gate, H));
  };
  const Variable<T> r = gate_from(tape, form, kReset, gate_sum(kReset));
  const Variable<T> z = gate_from(tape, form, kUpdate, gate_sum(kUpdate));
  const Variable<T> recurrent_part = form.row().recurrent_apart() ? multiply(tape, r, gate_of(tape, from_h, kNew, H))
                                                                  : reset_before(tape, r, product_h, weights);
  const Variable<T> n = gate_from(tape, form, kNew, add(tape, gate_of(tape, from_x, kNew, H), recurrent_part));
  const Variable<T> kept = multiply(tape, z, subtract(tape, state.h, n));  // z h + (1 - z) n = n + z (h - n)
  return {add(tape, n, kept), {}};
}

/// Gates from x only. minGRU: h' = (1 - z) h + z n; minLSTM: h' = (f h + i n) / (f + i).
template <class T>
StateVariables<T> min_step(Tape<T>& tape, Cell cell, const Variable<T>& from_x, const StateVariables<T>& state) {
  const CellRow& row = describe(cell);
  const Index H = state.h.value().dim(1);
  const int last = row.gate_count() - 1;
  const Variable<T> n =
      activate(tape, row.gates[static_cast<std::size_t>(last)].activation, gate_of(tape, from_x, last, H));
  const Variable<T> first = sigmoid(tape, gate_of(tape, from_x, 0, H));
  if (last == kMinNew) return {add(tape, state.h, multiply(tape, first, subtract(tape, n, state.h)))};
  const Variable<T> i = sigmoid(tape, gate_of(tape, from_x, kMinInput, H));
  const Variable<T> sum = add(tape, multiply(tape, first, state.h), multiply(tape, i, n));
  return {divide(tape, sum, add(tape, first, i))};
}

/// U h + b_hh. A U of [G*H, H / heads] has its blocks on the diagonal: units depend only on the units of their head.
template <class T>
Variable<T> recurrent_sums(Tape<T>& tape, const Variable<T>& h, const CellVariables<T>& weights) {
  const Index H = h.value().dim(1), width = weights.U.value().dim(1), rows = weights.U.value().dim(0);
  if (width == H) return linear(tape, h, weights.U, weights.b_hh);
  const auto blocks = split_rows(tape, weights.U, std::vector<Index>(static_cast<std::size_t>(rows / width), width));
  std::vector<Variable<T>> sums;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Index unit = static_cast<Index>(i) * width % H;
    sums.push_back(linear(tape, slice_last(tape, h, unit, unit + width), blocks[i], Variable<T>()));
  }
  return concat_last(tape, sums);
}

/// m' = max(a_i, log f + m) with log f = log sigmoid(a_f), or a_i where n is 0; the gates are exp(a_i - m') and
/// exp(log f + m - m').
template <class T>
StateVariables<T> slstm_step(Tape<T>& tape, const Variable<T>& a, const StateVariables<T>& state) {
  const Index H = state.h.value().dim(1);
  const Variable<T> a_i = gate_of(tape, a, kSlstmInput, H);
  const Variable<T> kept = add(tape, log_sigmoid(tape, gate_of(tape, a, kSlstmForget, H)), state.m);
  const Variable<T> z = tanh(tape, gate_of(tape, a, kSlstmCandidate, H));
  const Variable<T> o = sigmoid(tape, gate_of(tape, a, kSlstmOutput, H));
  const Tensor<T> remembers(state.n.shape());  // 0 where n is 0, else 1
  for (Index i = 0; i < remembers.size(); ++i) remembers[i] = state.n.value()[i] != 0;
  StateVariables<T> next;
  const Variable<T> rise = relu(tape, subtract(tape, kept, a_i));
  next.m = add(tape, a_i, multiply(tape, rise, Variable<T>(remembers)));
  const Variable<T> i = exp(tape, subtract(tape, a_i, next.m));
  // At most exp(0), which matters while n is 0.
  const Variable<T> exponent = scale(tape, relu(tape, subtract(tape, next.m, kept)), T(-1));
  const Variable<T> f = exp(tape, exponent);
  next.c = add(tape, multiply(tape, f, state.c), multiply(tape, i, z));
  next.n = add(tape, multiply(tape, f, state.n), i);
  next.h = multiply(tape, o, divide(tape, next.c, next.n));
  return next;
}

/// LN(W x) + LN(U h) + b for the gates, and LN(c') in h'.
template <class T>
StateVariables<T> layer_norm_step(Tape<T>& tape, const CellForm& form, const Variable<T>& x, const Variable<T>& h,
                                  const StateVariables<T>& state, const CellVariables<T>& weights) {
  const Index H = state.c.value().dim(1);
  const auto rows = split_rows(tape, weights.norm, {kGainOfH, kGainOfC - kGainOfH, 1, 1});
  const auto flat = [&](std::size_t which) { return reshape(tape, rows[which], {rows[which].value().size()}); };
  const Variable<T> none(Tensor<T>({kLstmGates * H}));
  const Variable<T> bias = weights.b_ih.defined() ? weights.b_ih : none;
  const Variable<T> from_x = layer_norm(tape, linear(tape, x, weights.W, {}), flat(0), bias);
  const Variable<T> a = add(tape, from_x, layer_norm(tape, linear(tape, h, weights.U, {}), flat(1), none));
  const auto gate = [&](LstmGate which) { return gate_from(tape, form, which, gate_of(tape, a, which, H)); };
  const Variable<T> c =
      add(tape, multiply(tape, gate(kForget), state.c), multiply(tape, gate(kInput), gate(kCandidate)));
  return {multiply(tape, gate(kOutput), tanh(tape, layer_norm(tape, c, flat(2), flat(3)))), c};
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
StateVariables<T> composed_step(Tape<T>& tape, const CellForm& form, const Variable<T>& x,
                                const StateVariables<T>& state, const CellVariables<T>& weights,
                                const Variable<T>& product_h) {
  const Variable<T>& h = product_h.defined() ? product_h : state.h;
  const Variable<T> from_x = linear(tape, x, weights.W, weights.b_ih);
  const Variable<T> from_h = weights.U.defined() ? recurrent_sums(tape, h, weights) : Variable<T>();
  switch (form.cell) {
    case Cell::lstm:
    case Cell::lstm_peephole:
      return lstm_step(tape, form, from_x, from_h, state, weights);
    case Cell::gru:
    case Cell::gru_reset_before:
      return gru_step(tape, form, from_x, from_h, state, weights, h);
    case Cell::lstm_layer_norm:
      return layer_norm_step(tape, form, x, h, state, weights);
    case Cell::slstm:
      return slstm_step(tape, add(tape, from_x, from_h), state);
    case Cell::rnn_tanh:
    case Cell::rnn_relu:
    case Cell::rnn_linear:
      return {gate_from(tape, form, 0, add(tape, from_x, from_h)), {}};
    case Cell::min_gru:
    case Cell::min_gru_log:
    case Cell::min_lstm:
    case Cell::min_lstm_log:
      return min_step(tape, form.cell, from_x, state);
  }
  throw ValueError("composed_step: unknown cell");
}

template <class T>
RecurrentVariables<T> composed_recurrent(Tape<T>& tape, const CellForm& form, Direction direction,
                                         const ops::Packing& packing, const Variable<T>& x,
                                         const StateVariables<T>& initial, const CellVariables<T>& weights,
                                         const ops::RecurrentNoise<T>& noise) {
  const Index T_ = packing.steps(), B = packing.batch(), H = weights.W.value().dim(0) / form.row().gate_count();
  const Index R = weights.projection.defined() ? weights.projection.value().dim(0) : H;
  std::vector<Index> counts;
  for (Index t = 0; t < T_; ++t) counts.push_back(packing.rows_at(t));
  const std::vector<Variable<T>> x_t = split_rows(tape, x, counts);
  std::vector<Variable<T>> y_t(static_cast<std::size_t>(T_), Variable<T>(Tensor<T>({0, R})));

  const int states = form.row().state_count();
  StateVariables<T> state;
  for (int i = 0; i < states; ++i) state[i] = sorted_rows(tape, packing, initial[i], i == 0 ? R : H);
  const Variable<T> mask =
      noise.mask.defined() ? sorted_rows(tape, packing, Variable<T>(noise.mask), R) : Variable<T>();
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
    const StateVariables<T> before = next;
    const Variable<T> product_h =
        mask.defined() ? multiply(tape, before.h, Variable<T>(mask.value().slice(0, active))) : Variable<T>();
    next = composed_step(tape, form, x_t[t], before, weights, product_h);
    for (int i = 0; i < states; ++i) {
      if (!noise.fresh[i].defined()) continue;
      const Index row = packing.offset(static_cast<Index>(t));
      const Variable<T> fresh(noise.fresh[i].slice(row, row + active));
      next[i] = add(tape, before[i], multiply(tape, fresh, subtract(tape, next[i], before[i])));
    }
    y_t[t] = next.h;
    for (int i = 0; i < states; ++i) state[i] = concat_rows<T>(tape, {next[i], waiting[i]});
  }
  RecurrentVariables<T> out;
  out.y = T_ > 0 ? concat_rows(tape, y_t) : Variable<T>(Tensor<T>({0, R}));
  for (int i = 0; i < states; ++i) out.last[i] = callers_rows(tape, packing, state[i]);
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                                                      \
  template StateVariables<T> composed_step(Tape<T>&, const CellForm&, const Variable<T>&, const StateVariables<T>&, \
                                           const CellVariables<T>&, const Variable<T>&);                            \
  template RecurrentVariables<T> composed_recurrent(Tape<T>&, const CellForm&, Direction, const ops::Packing&,      \
                                                    const Variable<T>&, const StateVariables<T>&,                   \
                                                    const CellVariables<T>&, const ops::RecurrentNoise<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra
