// SPDX-License-Identifier: Apache-2.0
// Diagnostics of a recurrent net: the gradient through time, how long each unit remembers, how often its gates are shut
// or wide open. Plain numbers, for reports and lessons. Example:
//
//   auto last_step = [](recurra::Tape<float>& tape, const recurra::Variable<float>& input) {
//     return recurra::reshape(tape, recurra::split_rows(tape, input, {5, 1})[1], {2, 1});
//   };
//   recurra::Tensor<float> windows({6, 2, 1});                                            // L, B, F
//   recurra::GradientFlow flow = recurra::gradient_flow(context, windows, last_step);        // effective_lookback 1
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "recurra/autograd/functions/shape.h"
#include "recurra/nn/recurrent.h"

namespace recurra {

struct GradientFlow {
  /// [L] by distance j into the past: |dy/dx_{t-j}|, the mean over windows of the Frobenius norm over outputs and
  /// features.
  std::vector<double> norm;
  /// The smallest k such that the k newest steps have at least 99 % of the sum of the norms, averaged over the windows.
  double effective_lookback = 0;
};

/// Maps a window [L, B, F] to its output [B, O].
using WindowFunction = std::function<Variable<float>(Tape<float>& tape, const Variable<float>& x)>;

/// Differentiates each output separately (at most `most_outputs`, evenly chosen), so nothing cancels.
/// Cost: that many forward and backward passes.
GradientFlow gradient_flow(Context& context, const Tensor<float>& x, const WindowFunction& forward,
                           Index most_outputs = 16);

enum class Flow { vanishing, healthy, exploding };

/// By the ratio of the gradient of the oldest tenth of the window to that of the newest: exploding above 10, vanishing
/// below 0.001.
Flow judge(const GradientFlow& flow);

struct GateTrace {
  std::string name;           ///< "forget", ...
  double shut = 0, open = 0;  ///< fraction of activations below 0.05 and above 0.95 (candidates: beyond +-0.95)
  std::vector<double> mean;   ///< [H] per unit, over windows and steps
};

struct LayerTrace {
  std::string name;  ///< "l0", "l0_reverse", ...
  std::vector<GateTrace> gates;
  /// [H] steps after which half of a memory is left: ln 2 / -ln(mean f), f the forget gate (GRU: z). Empty for the
  /// RNN.
  std::vector<double> half_life;
};

/// Traces of a recorded forward pass. Errors: ValueError if it was not recorded.
std::vector<LayerTrace> trace_gates(const Recurrent<float>& recurrent, const RecurrentOutput<float>& output);

}  // namespace recurra
