// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/cell_tapes.h"

#include <cmath>

#include "recurra/nn/init.h"
#include "recurra/nn/recurrent.h"
#include "recurra/train/teaching/gradient_lab.h"

namespace recurra {
namespace {

constexpr double kOpen = 100;        // a sum whose sigmoid is 1
constexpr double kSteep = 20;        // tanh(20 x) is the sign of x
constexpr double kKeepMostBias = 2;  // z = 0.88

LabLayer empty_layer(Cell cell, Index H) {
  const Index rows = gate_count(cell) * H;
  return {{.cell = cell, .hidden_size = H},
          {Tensor<double>({rows, 1}), Tensor<double>({rows, H}), Tensor<double>({rows}), Tensor<double>({rows})}};
}

LabLayer random_layer(Cell cell, Index H, std::uint64_t seed) {
  LabLayer layer = empty_layer(cell, H);
  Random random(seed, stream_id(cell == Cell::lstm          ? "tapes/lstm"
                                : describe(cell).keeps >= 0 ? "tapes/gru"
                                                            : "tapes/rnn"));
  const double bound = 1 / std::sqrt(static_cast<double>(H));
  for (const Tensor<double>& x : {layer.weights.W, layer.weights.U, layer.weights.b_ih, layer.weights.b_hh})
    fill_uniform(x, bound, random);
  return layer;
}

LabLayer counter_layer(Cell cell) {
  LabLayer layer = empty_layer(cell, 1);
  const ops::CellWeights<double>& w = layer.weights;
  if (cell == Cell::lstm) {
    for (const LstmGate gate : {kInput, kForget, kOutput}) w.b_ih[gate] = kOpen;
    w.W[kCandidate] = kSteep;
  } else if (describe(cell).keeps >= 0) {
    w.b_ih[kReset] = kOpen;
    w.b_ih[kUpdate] = kKeepMostBias;
    w.W[kNew] = kSteep;
  } else {
    w.W[0] = w.U[0] = 1;
  }
  return layer;
}

LabLayer layer_of(Cell cell, const CellTapesOptions& o) {
  return o.weights == TapeWeights::counter ? counter_layer(cell) : random_layer(cell, o.hidden_size, o.seed);
}

/// Row `gate` of each step's gates, as [T, H].
Tensor<double> lane(const std::vector<LabStep>& steps, int gate) {
  const Index H = steps.front().gates.dim(1);
  Tensor<double> out({static_cast<Index>(steps.size()), H});
  for (std::size_t t = 0; t < steps.size(); ++t)
    out.slice(static_cast<Index>(t), static_cast<Index>(t) + 1).copy_from(steps[t].gates.slice(gate, gate + 1));
  return out;
}

Tensor<double> states(const std::vector<LabStep>& steps, Tensor<double> LabStep::*state) {
  Tensor<double> out({static_cast<Index>(steps.size()), steps.front().h.dim(1)});
  for (std::size_t t = 0; t < steps.size(); ++t)
    out.slice(static_cast<Index>(t), static_cast<Index>(t) + 1).copy_from(steps[t].*state);
  return out;
}

/// The other convention is the same cell with the opposite sign of the update gate's sum.
void negate_update(const LabLayer& layer) {
  const Index H = layer.options.hidden_size;
  for (const Tensor<double>& x : {layer.weights.W, layer.weights.U, layer.weights.b_ih, layer.weights.b_hh})
    for (double& v : x.slice(kUpdate * H, (kUpdate + 1) * H).span()) v = -v;
}

}  // namespace

CellTapes run_cells(Context& context, const CellTapesOptions& o) {
  require(!o.inputs.empty(), "run_cells: expected at least one input");
  require(o.hidden_size >= 1, "run_cells: expected at least one unit, found ", o.hidden_size);
  require(o.weights == TapeWeights::random || o.hidden_size == 1, "run_cells: the counter has one unit, found ",
          o.hidden_size);
  CellTapes out;
  const LabLayer plain = layer_of(Cell::rnn_tanh, o);
  out.rnn = {states(run_steps(context, plain, o.inputs), &LabStep::h), plain.weights};

  const LabLayer gated = layer_of(Cell::lstm, o);
  const std::vector<LabStep> lstm = run_steps(context, gated, o.inputs);
  out.lstm = {lane(lstm, kInput),        lane(lstm, kForget),       lane(lstm, kCandidate), lane(lstm, kOutput),
              states(lstm, &LabStep::c), states(lstm, &LabStep::h), gated.weights};

  const LabLayer layer = layer_of(o.gru, o);
  const ops::CellWeights<double>& w = layer.weights;
  const ops::CellWeights<double> asked{w.W.clone(), w.U.clone(), w.b_ih.clone(), w.b_hh.clone()};
  if (o.convention == UpdateConvention::keeps_new) negate_update(layer);
  const std::vector<LabStep> gru = run_steps(context, layer, o.inputs);
  out.gru = {lane(gru, kReset), lane(gru, kUpdate), lane(gru, kNew), states(gru, &LabStep::h), asked};
  if (o.convention == UpdateConvention::keeps_new)
    for (double& z : out.gru.z.span()) z = 1 - z;
  return out;
}

std::array<Index, 3> count_parameters(Index input_size, Index hidden_size) {
  const auto count = [&](Cell cell) {
    return Recurrent<float>({.cell = cell, .input_size = input_size, .hidden_size = hidden_size}).parameter_count();
  };
  return {count(Cell::rnn_tanh), count(Cell::lstm), count(Cell::gru)};
}

}  // namespace recurra
