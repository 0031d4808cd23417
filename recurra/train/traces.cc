// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/traces.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace recurra {
namespace {

constexpr double kMaxOfGradient = 0.99, kExplosion = 10, kLost = 1e-3, kShut = 0.05, kOpen = 0.95;

/// Squares of dy_o/dx, summed over features, of one output: added to squares[j * B + b].
void add_squares(Context& context, const Tensor<float>& x, const WindowFunction& forward, Index output,
                 std::vector<double>& squares) {
  Tape<float> tape(context, {.training = false});
  const Variable<float> input(x, true);
  const Variable<float> y = forward(tape, input);
  const Index B = y.shape()[0], O = y.shape()[1], L = x.dim(0), F = x.dim(2);
  Tensor<float> dy({B, O});
  for (Index b = 0; b < B; ++b) dy[b * O + output] = 1;
  tape.backward({y}, {dy});
  const Tensor<float>& dx = input.grad();
  if (!dx.defined()) return;
  for (Index l = 0; l < L; ++l)
    for (Index b = 0; b < B; ++b)
      for (Index f = 0; f < F; ++f) {
        const auto g = static_cast<double>(dx[(l * B + b) * F + f]);
        squares[static_cast<std::size_t>((L - 1 - l) * B + b)] += g * g;
      }
}

Index output_count(Context& context, const Tensor<float>& x, const WindowFunction& forward) {
  Tape<float> tape(context, {.record = false, .training = false});
  return forward(tape, Variable<float>(x)).shape()[1];
}

/// Gates that are not sigmoids can be negative.
bool is_signed(Activation activation) {
  return activation == Activation::tanh || activation == Activation::identity || activation == Activation::relu;
}

GateTrace trace_gate(const Tensor<float>& gates, const CellForm& form, int gate) {
  const Index N = gates.dim(0), G = gates.dim(1), H = gates.dim(2);
  GateTrace out{form.row().gates[static_cast<std::size_t>(gate)].name, 0, 0,
                std::vector<double>(static_cast<std::size_t>(H))};
  const double low = is_signed(form.activation(static_cast<std::size_t>(gate))) ? -kOpen : kShut;
  for (Index n = 0; n < N; ++n) {
    for (Index u = 0; u < H; ++u) {
      const auto v = static_cast<double>(gates[(n * G + gate) * H + u]);
      out.mean[static_cast<std::size_t>(u)] += v / static_cast<double>(N);
      out.shut += v < low;
      out.open += v > kOpen;
    }
  }
  out.shut /= static_cast<double>(N * H);
  out.open /= static_cast<double>(N * H);
  return out;
}

/// The fraction of each unit's memory that a step keeps, by the mean gates; empty for a cell without such gates, and
/// for exponential ones, whose size is meaningless without the normaliser.
std::vector<double> kept_per_step(const CellRow& cell, const std::vector<GateTrace>& gates) {
  const int gate = cell.keeps >= 0 ? cell.keeps : cell.admits;
  if (gate < 0 || cell.gates[static_cast<std::size_t>(gate)].activation == Activation::exponential) return {};
  std::vector<double> kept = gates[static_cast<std::size_t>(gate)].mean;
  if (cell.driver != Driver::scan) return kept;
  const std::vector<double>& admitted = gates[static_cast<std::size_t>(cell.admits)].mean;
  for (std::size_t u = 0; u < kept.size(); ++u)
    kept[u] = cell.keeps < 0 ? 1 - admitted[u] : kept[u] / (kept[u] + admitted[u]);
  return kept;
}

}  // namespace

GradientFlow gradient_flow(Context& context, const Tensor<float>& x, const WindowFunction& forward,
                           Index most_outputs) {
  const Index L = x.dim(0), B = x.dim(1);
  std::vector<double> squares(static_cast<std::size_t>(L * B));
  const Index outputs = output_count(context, x, forward), used = std::min(outputs, most_outputs);
  for (Index i = 0; i < used; ++i) add_squares(context, x, forward, i * outputs / used, squares);

  GradientFlow flow{std::vector<double>(static_cast<std::size_t>(L)), 0};
  for (Index b = 0; b < B; ++b) {
    double total = 0, carried = 0;
    for (Index j = 0; j < L; ++j) total += std::sqrt(squares[static_cast<std::size_t>(j * B + b)]);
    Index k = 0;
    for (Index j = 0; j < L; ++j) {
      const double norm = std::sqrt(squares[static_cast<std::size_t>(j * B + b)]);
      flow.norm[static_cast<std::size_t>(j)] += norm / static_cast<double>(B);
      if (carried < kMaxOfGradient * total) k = j + 1;
      carried += norm;
    }
    flow.effective_lookback += static_cast<double>(k) / static_cast<double>(B);
  }
  return flow;
}

Flow judge(const GradientFlow& flow) {
  const auto tenth = static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, flow.norm.size() / 10));
  const double newest = std::accumulate(flow.norm.begin(), flow.norm.begin() + tenth, 0.0);
  const double oldest = std::accumulate(flow.norm.end() - tenth, flow.norm.end(), 0.0);
  if (oldest > kExplosion * newest) return Flow::exploding;
  if (oldest < kLost * newest) return Flow::vanishing;
  return Flow::healthy;
}

std::vector<LayerTrace> trace_gates(const Recurrent<float>& recurrent, const RecurrentOutput<float>& output) {
  const CellForm form(recurrent.options().cell, recurrent.options().changes);
  const CellRow& cell = form.row();
  std::vector<LayerTrace> out;
  for (std::size_t i = 0; i < output.saved.size(); ++i) {
    require(output.saved[i] != nullptr, "trace_gates: the forward pass was not recorded");
    const auto directions = static_cast<std::size_t>(recurrent.directions());
    LayerTrace& layer = out.emplace_back();
    layer.name = concat("l", i / directions, i % directions == 1 ? "_reverse" : "");
    const Tensor<float> gates = ops::saved_gates(*output.saved[i]);
    for (int gate = 0; gate < cell.gate_count(); ++gate) layer.gates.push_back(trace_gate(gates, form, gate));
    for (const double f : kept_per_step(cell, layer.gates)) layer.half_life.push_back(std::log(2.0) / -std::log(f));
  }
  return out;
}

}  // namespace recurra
