// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/bptt.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/linear.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/nn/composed_cell.h"

namespace recurra {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr double kDifference = 1e-6;  // of a central difference: its error is then near 1e-10

Variable<double> constant(const Shape& shape, const std::vector<double>& values) {
  return Variable<double>(Tensor<double>(shape, values));
}

/// The net unrolled on one tape, up to and including some step.
struct Unrolled {
  std::vector<Variable<double>> U, h;  ///< by step; every U holds the same values
  Variable<double> y, loss;            ///< of the last step
  Tensor<double> a;                    ///< [H] of the last step
};

Unrolled unroll(Tape<double>& tape, const BpttOptions& o, Index last, const Tensor<double>& U) {
  const Index H = U.dim(0);
  Unrolled out;
  CellVariables<double> weights{constant({H, 1}, o.W), {}, constant({H}, o.b), {}};
  StateVariables<double> state{Variable<double>(Tensor<double>({1, H})), {}};
  for (Index t = 0; t <= last; ++t) {
    const auto x = constant({1, 1}, {o.inputs[static_cast<std::size_t>(t)]});
    weights.U = Variable<double>(U, true);
    if (t == last) out.a = composed_step(tape, Cell::rnn_linear, x, state, weights).h.value().reshape({H});
    state = composed_step(tape, Cell::rnn_tanh, x, state, weights);
    out.U.push_back(weights.U);
    out.h.push_back(state.h);
  }
  out.y = linear(tape, state.h, Variable<double>(Tensor<double>::full({1, H}, 1.0)), {});
  const Tensor<double> target({1, 1}, {o.targets[static_cast<std::size_t>(last)]});
  out.loss = scale(tape, mse_loss(tape, out.y, target), 0.5);
  return out;
}

double loss_at(Context& context, const BpttOptions& o, const Tensor<double>& U) {
  Tape<double> tape(context, {.record = false});
  return unroll(tape, o, o.step, U).loss.value().item();
}

double norm(const Tensor<double>& x) {
  double squares = 0;
  for (const double v : x.span()) squares += v * v;
  return std::sqrt(squares);
}

void add_to(const Tensor<double>& sum, const Tensor<double>& term) {
  for (Index i = 0; i < sum.size(); ++i) sum[i] += term[i];
}

bool keeps(const BpttOptions& o, Index k, Index t) {
  if (o.truncation == 0) return true;
  return o.mode == Truncation::sliding ? t - k < o.truncation : t / o.truncation == k / o.truncation;
}

Tensor<double> numeric_gradient(Context& context, const BpttOptions& o, const Tensor<double>& U) {
  Tensor<double> out(U.shape());
  for (Index i = 0; i < U.size(); ++i) {
    const Tensor<double> moved = U.clone();
    moved[i] = U[i] + kDifference;
    const double above = loss_at(context, o, moved);
    moved[i] = U[i] - kDifference;
    out[i] = (above - loss_at(context, o, moved)) / (2 * kDifference);
  }
  return out;
}

/// The numbers that compare the gradients of one trace.
void compare(BpttTrace& trace) {
  double largest = 0, error = 0, dot = 0;
  for (Index i = 0; i < trace.full.size(); ++i) {
    largest = std::max(largest, std::abs(trace.full[i]));
    error = std::max(error, std::abs(trace.full[i] - trace.numeric[i]));
    dot += trace.full[i] * trace.truncated[i];
  }
  trace.check_error = error / std::max(largest, 1e-12);
  trace.full_norm = norm(trace.full);
  trace.truncated_norm = norm(trace.truncated);
  const double lengths = trace.full_norm * trace.truncated_norm;
  trace.cosine = lengths > 0 ? dot / lengths : kNothing;
}

void check(const BpttOptions& o) {
  const std::size_t T = o.inputs.size(), H = o.b.size();
  require(T > 0 && o.targets.size() == T, "trace_bptt: expected inputs and as many targets, found ", T, " and ",
          o.targets.size());
  require(H > 0 && o.W.size() == H && o.U.size() == H * H, "trace_bptt: expected U, W, b for one size, found ",
          o.U.size(), ", ", o.W.size(), ", ", H, " numbers");
  require(o.step >= 0 && o.step < static_cast<Index>(T), "trace_bptt: expected a step from 0 to ", T - 1, ", found ",
          o.step);
  require(o.truncation >= 0, "trace_bptt: expected a truncation of 0 or more steps, found ", o.truncation);
}

}  // namespace

BpttTrace trace_bptt(Context& context, const BpttOptions& o) {
  check(o);
  const auto T = static_cast<Index>(o.inputs.size()), H = static_cast<Index>(o.b.size());
  const Tensor<double> U({H, H}, o.U);
  BpttTrace out{Tensor<double>({T, H}),
                Tensor<double>({T, H}),
                Tensor<double>({T}),
                Tensor<double>({T}),
                Tensor<double>::full({T, T}, kNothing),
                Tensor<double>::full({T, T}, kNothing),
                Tensor<double>({T, H, H}),
                Tensor<double>({T, H}),
                Tensor<double>({H, H}),
                Tensor<double>({H, H}),
                numeric_gradient(context, o, U),
                0,
                0,
                0,
                0,
                0};
  for (Index t = 0; t < T; ++t) {
    Tape<double> tape(context);
    const Unrolled net = unroll(tape, o, t, U);
    tape.backward(net.loss);
    out.a.slice(t, t + 1).copy_from(net.a.reshape({1, H}));
    out.h.slice(t, t + 1).copy_from(net.h.back().value());
    out.y[t] = net.y.value().item();
    out.losses[t] = net.loss.value().item();
    for (Index k = 0; k <= t; ++k) {
      const Tensor<double>& part = net.U[static_cast<std::size_t>(k)].grad();
      const bool kept = keeps(o, k, t);
      out.norms.at({k, t}) = norm(part);
      out.kept.at({k, t}) = kept ? 1 : 0;
      if (t != o.step) continue;
      out.parts.slice(k, k + 1).reshape({H, H}).copy_from(part);
      out.dh.slice(k, k + 1).copy_from(net.h[static_cast<std::size_t>(k)].grad());
      out.sum_of_norms += norm(part);
      add_to(out.full, part);
      if (kept) add_to(out.truncated, part);
    }
  }
  compare(out);
  return out;
}

}  // namespace recurra
