// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/memory.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/nn/init.h"
#include "recurra/train/teaching/gradient_lab.h"
#include "recurra/train/teaching/spectra.h"

namespace recurra {
namespace {

constexpr double kCandidateWeight = 2, kInputBias = 2, kForgetWeight = 1;
constexpr double kForever = std::numeric_limits<double>::infinity();

Tensor<double> gate_rows(const Tensor<double>& x, LstmGate gate) {
  return x.slice(gate * kMemoryUnits, (gate + 1) * kMemoryUnits);
}

std::vector<double> draw_biases(const MemoryOptions& o) {
  if (o.kind == ForgetBias::given) return std::vector<double>(kMemoryUnits, o.forget_bias);
  if (o.kind == ForgetBias::no_forgetting) return std::vector<double>(kMemoryUnits, kForever);
  Random random(o.seed, stream_id("memory/chrono"));
  std::vector<double> biases;
  for (Index u = 0; u < kMemoryUnits; ++u)
    biases.push_back(std::log(random.uniform(1.0, std::max(2.0, static_cast<double>(o.T - 1)))));
  return biases;
}

LabLayer make_layer(const MemoryOptions& o, const std::vector<double>& biases) {
  LabLayer layer{{.cell = Cell::lstm, .hidden_size = kMemoryUnits},
                 {Tensor<double>({4 * kMemoryUnits, 1}),
                  Tensor<double>({4 * kMemoryUnits, kMemoryUnits}),
                  Tensor<double>({4 * kMemoryUnits}),
                  {}}};
  if (o.recurrence) {
    Random random(o.seed, stream_id("memory/U"));
    fill_uniform(layer.weights.U, 1 / std::sqrt(static_cast<double>(kMemoryUnits)), random);
  }
  gate_rows(layer.weights.W, kCandidate).fill(kCandidateWeight);
  gate_rows(layer.weights.W, kForget).fill(kForgetWeight);
  gate_rows(layer.weights.b_ih, kInput).fill(kInputBias);
  const Tensor<double> forget = gate_rows(layer.weights.b_ih, kForget);
  for (Index u = 0; u < kMemoryUnits; ++u) forget[u] = std::min(biases[static_cast<std::size_t>(u)], kSaturated);
  if (o.kind == ForgetBias::no_forgetting) {
    gate_rows(layer.weights.W, kForget).fill(0);
    gate_rows(layer.weights.U, kForget).fill(0);
  }
  return layer;
}

/// The total dc_T/dc_t, from the gradients of the pair (h_t, c_t): c_t also acts through h_t = o tanh(c_t).
Tensor<double> through_everything(const ops::CellState<double>& rows, const LabStep& step) {
  Tensor<double> out = rows.c.clone();
  for (Index r = 0; r < rows.c.dim(0); ++r) {
    for (Index u = 0; u < kMemoryUnits; ++u) {
      const double tanh_c = std::tanh(step.c[u]);
      out[r * kMemoryUnits + u] += rows.h[r * kMemoryUnits + u] * step.gates.at({kOutput, u}) * (1 - tanh_c * tanh_c);
    }
  }
  return out;
}

void trace_gradients(Context& context, const std::vector<LabStep>& steps, MemoryTrace& trace) {
  ops::CellState<double> rows{Tensor<double>({kMemoryUnits, kMemoryUnits}),
                              Tensor<double>({kMemoryUnits, kMemoryUnits})};
  fill_identity(rows.c);
  std::vector<double> products(kMemoryUnits, 1.0);
  SpectralNorm norm;
  for (auto t = static_cast<Index>(steps.size()) - 1; t >= 0; --t) {
    const LabStep& step = steps[static_cast<std::size_t>(t)];
    trace.full[static_cast<std::size_t>(t)] = norm(through_everything(rows, step));
    trace.path[static_cast<std::size_t>(t)] = *std::max_element(products.begin(), products.end());
    rows = back_one_step(context, step, rows);
    for (Index u = 0; u < kMemoryUnits; ++u) products[static_cast<std::size_t>(u)] *= step.gates.at({kForget, u});
  }
}

double measured_half_life(const Tensor<double>& c, Index unit) {
  const double half = std::abs(c.at({0, unit})) / 2;
  for (Index t = 1; t < c.dim(0); ++t) {
    const double before = std::abs(c.at({t - 1, unit})), now = std::abs(c.at({t, unit}));
    if (now > half) continue;
    if (now == 0) return static_cast<double>(t);
    return static_cast<double>(t - 1) + std::log(before / half) / std::log(before / now);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

double half_life_of_bias(double forget_bias) {
  const double decay = std::log1p(std::exp(-forget_bias));  // -ln sigmoid(b)
  return decay > 0 ? std::log(2.0) / decay : kForever;
}

MemoryTrace trace_memory(Context& context, const MemoryOptions& o) {
  require(o.T >= 2 && o.T <= 1000, "trace_memory: expected 2 to 1000 steps, found ", o.T);
  for (const double v : {o.forget_bias, o.noise})
    require(std::isfinite(v), "trace_memory: found ", v, " for an option");
  const std::vector<double> biases = draw_biases(o);
  const LabLayer layer = make_layer(o, biases);
  Random random(o.seed, stream_id("memory/x"));
  std::vector<double> inputs = {1};
  while (static_cast<Index>(inputs.size()) < o.T) inputs.push_back(random.normal(0.0, o.noise));
  const std::vector<LabStep> steps = run_steps(context, layer, inputs);

  const auto T = static_cast<std::size_t>(o.T);
  MemoryTrace trace{Tensor<double>({o.T, kMemoryUnits}),
                    Tensor<double>({o.T, kMemoryUnits}),
                    std::vector<double>(T),
                    std::vector<double>(T),
                    {},
                    biases,
                    {}};
  for (Index t = 0; t < o.T; ++t) {
    const LabStep& step = steps[static_cast<std::size_t>(t)];
    trace.c.slice(t, t + 1).copy_from(step.c);
    trace.f.slice(t, t + 1).copy_from(
        gate_rows(step.gates.reshape({4 * kMemoryUnits}), kForget).reshape({1, kMemoryUnits}));
  }
  trace_gradients(context, steps, trace);
  for (Index u = 0; u < kMemoryUnits; ++u) {
    trace.half_life.push_back(half_life_of_bias(biases[static_cast<std::size_t>(u)]));
    trace.measured.push_back(measured_half_life(trace.c, u));
  }
  return trace;
}

}  // namespace recurra
