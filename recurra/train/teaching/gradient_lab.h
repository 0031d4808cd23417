// SPDX-License-Identifier: Apache-2.0
// The gradient of a random recurrent layer through time: norms of products of Jacobians, in double and rescaled at each
// step (1e-60 and 1e139 both occur), compared with the prediction from the spectrum of U. Each Jacobian comes from the
// layer's own backward pass. For lessons; for trained nets see train/traces. Example:
//
//   const auto layer = recurra::draw_lab_layer({.cell = Cell::rnn_tanh, .hidden_size = 32, .gain = 1.2, .seed = 7});
//   const auto run = recurra::run_lab_layer(context, layer, 100);
//   double at_distance_100 = recurra::gradient_norms(context, layer, run)[99];        // log10; about -4.5
#pragma once

#include <vector>

#include "recurra/base/random.h"
#include "recurra/ops/recurrent.h"

namespace recurra {

/// How U (each gate's block of it) is drawn, before the gain. orthogonal and identity: rho = 1. pytorch: uniform within
/// 1 / sqrt(H), W too. nonnormal: [[.9, 5], [0, .9]], H = 2. W ~ N(0, 1) but for pytorch; biases 0.
enum class LabInit { orthogonal, pytorch, identity, nonnormal };

/// A gate sum whose sigmoid is exactly 1.
inline constexpr double kSaturated = 1000;

struct LabOptions {
  Cell cell = Cell::rnn_tanh;
  Index hidden_size = 32;
  LabInit init = LabInit::orthogonal;
  double gain = 1;
  double input_strength = 0.5;  ///< x_t ~ strength N(0, 1)
  double forget_bias = 0;       ///< LSTM
  std::uint64_t seed = 1;
};

struct LabLayer {
  LabOptions options;
  ops::CellWeights<double> weights;
};

/// Errors: ValueError for a size outside [1, 256], a nonnormal layer of another size than 2, or numbers not finite.
LabLayer draw_lab_layer(const LabOptions& options);

/// One step of a run: its inputs, states and gates.
struct LabStep {
  Tensor<double> x, h_prev, c_prev;                          ///< [1, D], [1, H]; c only for the LSTM
  Tensor<double> h, c, gates;                                ///< [1, H], [G, H]
  std::shared_ptr<const ops::RecurrentSaved<double>> saved;  ///< of the whole run, for back_one_step
  Index t;                                                   ///< from 0
};

/// One step from a state (c only for the LSTM). Shapes: x [1, D].
LabStep run_step(Context& context, const LabLayer& layer, const Tensor<double>& x, const ops::CellState<double>& state);

/// One step for each input, from a zero state.
std::vector<LabStep> run_steps(Context& context, const LabLayer& layer, const std::vector<double>& inputs);

/// Runs kLabWarmUp steps and then T, from a zero state; returns the T steps. Inputs depend only on the seed, so
/// every cell gets the same.
std::vector<LabStep> run_lab_layer(Context& context, const LabLayer& layer, Index T);
inline constexpr Index kLabWarmUp = 20;

/// [T] log10 of the spectral norm of ds_T/ds_{T-k}, k = 1..T, s the state h, for the LSTM (h, c) together.
/// -infinity once the product is zero. Cost: T steps backward of H (LSTM: 2 H) rows.
std::vector<double> gradient_norms(Context& context, const LabLayer& layer, const std::vector<LabStep>& steps);

/// [T] the same of dc_T/dc_{T-k} along the cell path alone: log10 of the largest product of forget gates over units.
std::vector<double> cell_path_norms(const std::vector<LabStep>& steps);

/// Derivatives of an RNN's activations: [T] mean over the units of phi'(a_t), and the maximum of all.
struct Derivatives {
  std::vector<double> mean;
  double largest = 0;
};
Derivatives activation_derivatives(Cell cell, const std::vector<LabStep>& steps);

/// The prediction from the spectrum of an RNN's U, with the derivatives of the run that it is compared with.
struct Spectrum {
  Tensor<double> eigenvalues;           ///< [H, 2] real and imaginary, by falling modulus
  std::vector<double> singular_values;  ///< [H] falling
  double rho = 0, sigma1 = 0;
  Derivatives derivatives;
  std::vector<double> rho_line, bound;  ///< [T] k log10(rho), and k log10(sigma1 * largest derivative)
};
/// Source of the bound: Pascanu, Mikolov, Bengio 2013. Errors: ValueError if the layer is not an RNN.
Spectrum lab_spectrum(const LabLayer& layer, const std::vector<LabStep>& steps);

/// Propagates cotangent rows back through one step: from [R, H] gradients of (h, c) after the step to those before it,
/// by one backward pass over R copies of the saved step. `c` parts only for the LSTM.
ops::CellState<double> back_one_step(Context& context, const LabStep& step, const ops::CellState<double>& cotangents);

}  // namespace recurra
