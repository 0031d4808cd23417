// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/gradient_lab.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/nn/init.h"
#include "recurra/ops/recurrent_saved.h"
#include "recurra/train/teaching/spectra.h"

namespace recurra {
namespace {

constexpr Index kMaxUnits = 256;

void check(const LabOptions& o) {
  require(o.hidden_size >= 1 && o.hidden_size <= kMaxUnits, "draw_lab_layer: expected 1 to ", kMaxUnits,
          " units, found ", o.hidden_size);
  require(o.init != LabInit::nonnormal || o.hidden_size == 2,
          "draw_lab_layer: the nonnormal matrix has 2 units, found ", o.hidden_size);
  for (const double v : {o.gain, o.input_strength, o.forget_bias})
    require(std::isfinite(v), "draw_lab_layer: found ", v, " for an option");
}

void draw_recurrent(const Tensor<double>& U, const LabOptions& o, Random& random) {
  switch (o.init) {
    case LabInit::orthogonal:
      fill_orthogonal(U, random);
      break;
    case LabInit::pytorch:
      fill_uniform(U, 1 / std::sqrt(static_cast<double>(o.hidden_size)), random);
      break;
    case LabInit::identity:
      fill_identity(U);
      break;
    case LabInit::nonnormal:
      U.copy_from(Tensor<double>({2, 2}, {0.9, 5, 0, 0.9}));
      break;
  }
  for (double& v : U.span()) v *= o.gain;
}

/// `rows` copies of a [1, N] row.
Tensor<double> repeated(const Tensor<double>& row, Index rows) {
  if (!row.defined()) return {};
  const Index N = row.dim(1);
  auto out = Tensor<double>::uninitialized({rows, N});
  for (Index r = 0; r < rows; ++r) std::copy_n(row.data(), N, out.data() + r * N);
  return out;
}

Tensor<double> row(const Tensor<double>& x, Index at) {
  return x.defined() ? x.slice(at, at + 1) : Tensor<double>();
}

/// What a pass over all steps saved of this one, for many rows that are the same.
ops::RecurrentSaved<double> repeated(const LabStep& step, Index rows) {
  ops::RecurrentSaved<double> saved = *step.saved;
  saved.packing = ops::Packing::full(1, rows);
  saved.x = repeated(step.x, rows);
  saved.initial = {repeated(step.h_prev, rows), repeated(step.c_prev, rows)};
  saved.gates = repeated(row(saved.gates, step.t), rows);
  saved.states = {repeated(step.h, rows), repeated(step.c, rows)};
  saved.n_recurrent = repeated(row(saved.n_recurrent, step.t), rows);
  saved.reset_h = repeated(row(saved.reset_h, step.t), rows);
  return saved;
}

/// Shapes: x [T, D].
std::vector<LabStep> run(Context& context, const LabLayer& layer, const Tensor<double>& x,
                         ops::CellState<double> state) {
  const Cell cell = layer.options.cell;
  const Index T = x.dim(0);
  const auto saved =
      ops::recurrent_forward(context, cell, Direction::forward, ops::Packing::full(T, 1), x, state, layer.weights, true)
          .saved;
  const Tensor<double> gates = ops::saved_gates(*saved);
  std::vector<LabStep> steps;
  for (Index t = 0; t < T; ++t) {
    const ops::CellState<double> next{row(saved->states.h, t), row(saved->states.c, t)};
    steps.push_back({row(x, t), state.h, state.c, next.h, next.c,
                     gates.slice(t, t + 1).reshape({gate_count(cell), layer.options.hidden_size}), saved, t});
    state = next;
  }
  return steps;
}

/// A product of Jacobians as R rows of cotangents, and the logarithm of the factor taken out of it.
struct ScaledProduct {
  Tensor<double> rows;  ///< [R, S]
  double log10_scale = 0;

  /// Divides by the largest magnitude.
  void rescale() {
    double largest = 0;
    for (const double v : rows.span()) largest = std::max(largest, std::abs(v));
    if (largest == 0) return;
    for (double& v : rows.span()) v /= largest;
    log10_scale += std::log10(largest);
  }
};

/// Columns [begin, end) of a matrix.
Tensor<double> columns(const Tensor<double>& x, Index begin, Index end) {
  const Index R = x.dim(0), N = x.dim(1);
  auto out = Tensor<double>::uninitialized({R, end - begin});
  for (Index r = 0; r < R; ++r) std::copy_n(x.data() + r * N + begin, end - begin, out.data() + r * (end - begin));
  return out;
}

}  // namespace

LabLayer draw_lab_layer(const LabOptions& o) {
  check(o);
  const Index H = o.hidden_size, G = gate_count(o.cell);
  LabLayer layer{o, {Tensor<double>({G * H, 1}), Tensor<double>({G * H, H}), Tensor<double>({G * H}), {}}};
  Random recurrent(o.seed, stream_id("lab/U")), input(o.seed, stream_id("lab/W"));
  for (Index gate = 0; gate < G; ++gate) draw_recurrent(layer.weights.U.slice(gate * H, (gate + 1) * H), o, recurrent);
  if (o.init == LabInit::pytorch) {
    fill_uniform(layer.weights.W, 1 / std::sqrt(static_cast<double>(H)), input);
  } else {
    fill_normal(layer.weights.W, 1.0, input);
  }
  if (o.cell == Cell::lstm) layer.weights.b_ih.slice(kForget * H, (kForget + 1) * H).fill(o.forget_bias);
  return layer;
}

LabStep run_step(Context& context, const LabLayer& layer, const Tensor<double>& x,
                 const ops::CellState<double>& state) {
  return run(context, layer, x, state).front();
}

std::vector<LabStep> run_steps(Context& context, const LabLayer& layer, const std::vector<double>& inputs) {
  const Shape shape({1, layer.options.hidden_size});
  const bool memory = describe(layer.options.cell).state_count() > 1;
  return run(context, layer, Tensor<double>({static_cast<Index>(inputs.size()), 1}, inputs),
             {Tensor<double>(shape), memory ? Tensor<double>(shape) : Tensor<double>()});
}

std::vector<LabStep> run_lab_layer(Context& context, const LabLayer& layer, Index T) {
  require(T >= 1, "run_lab_layer: expected at least one step, found ", T);
  Random random(layer.options.seed, stream_id("lab/x"));
  std::vector<double> inputs;
  for (Index t = 0; t < kLabWarmUp + T; ++t) inputs.push_back(random.normal(0.0, layer.options.input_strength));
  std::vector<LabStep> steps = run_steps(context, layer, inputs);
  steps.erase(steps.begin(), steps.begin() + kLabWarmUp);
  return steps;
}

ops::CellState<double> back_one_step(Context& context, const LabStep& step, const ops::CellState<double>& cotangents) {
  return ops::recurrent_backward<double>(context, repeated(step, cotangents.h.dim(0)), {}, cotangents,
                                         {.dx = false, .weights = false}, ops::Keep::no)
      .initial;
}

std::vector<double> gradient_norms(Context& context, const LabLayer& layer, const std::vector<LabStep>& steps) {
  const Index H = layer.options.hidden_size;
  const bool memory = describe(layer.options.cell).state_count() > 1;
  const Index S = memory ? 2 * H : H;
  ScaledProduct product{Tensor<double>({S, S})};
  fill_identity(product.rows);
  SpectralNorm norm;
  std::vector<double> out;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    ops::CellState<double> rows{columns(product.rows, 0, H), memory ? columns(product.rows, H, S) : Tensor<double>()};
    rows = back_one_step(context, *step, rows);
    for (Index r = 0; r < S; ++r) {
      std::copy_n(rows.h.data() + r * H, H, product.rows.data() + r * S);
      if (memory) std::copy_n(rows.c.data() + r * H, H, product.rows.data() + r * S + H);
    }
    product.rescale();
    const double found = norm(product.rows);
    out.push_back(found > 0 ? std::log10(found) + product.log10_scale : -std::numeric_limits<double>::infinity());
  }
  return out;
}

std::vector<double> cell_path_norms(const std::vector<LabStep>& steps) {
  std::vector<double> sums, out;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const Index H = step->gates.dim(1);
    sums.resize(static_cast<std::size_t>(H));
    for (Index u = 0; u < H; ++u) sums[static_cast<std::size_t>(u)] += std::log10(step->gates.at({kForget, u}));
    out.push_back(*std::max_element(sums.begin(), sums.end()));
  }
  return out;
}

Derivatives activation_derivatives(Cell cell, const std::vector<LabStep>& steps) {
  Derivatives out;
  for (const LabStep& step : steps) {
    double sum = 0;
    for (const double h : step.h.span()) {
      const double slope = cell == Cell::rnn_tanh ? 1 - h * h : cell == Cell::rnn_relu ? (h > 0 ? 1.0 : 0.0) : 1.0;
      sum += slope;
      out.largest = std::max(out.largest, slope);
    }
    out.mean.push_back(sum / static_cast<double>(step.h.size()));
  }
  return out;
}

Spectrum lab_spectrum(const LabLayer& layer, const std::vector<LabStep>& steps) {
  require(gate_count(layer.options.cell) == 1, "lab_spectrum: only an RNN has one U");
  const std::vector<std::complex<double>> lambda = eigenvalues(layer.weights.U);
  Spectrum out;
  out.eigenvalues = Tensor<double>({static_cast<Index>(lambda.size()), 2});
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    out.eigenvalues.at({static_cast<Index>(i), 0}) = lambda[i].real();
    out.eigenvalues.at({static_cast<Index>(i), 1}) = lambda[i].imag();
  }
  out.singular_values = singular_values(layer.weights.U);
  out.rho = std::abs(lambda.front());
  out.sigma1 = out.singular_values.front();
  out.derivatives = activation_derivatives(layer.options.cell, steps);
  for (std::size_t k = 1; k <= steps.size(); ++k) {
    out.rho_line.push_back(static_cast<double>(k) * std::log10(out.rho));
    out.bound.push_back(static_cast<double>(k) * std::log10(out.sigma1 * out.derivatives.largest));
  }
  return out;
}

}  // namespace recurra
