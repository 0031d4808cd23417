// SPDX-License-Identifier: Apache-2.0
// The successors of the gated cells in closed form: how much of an input of weight e^mark is left after k more inputs
// of weight 1, and what it costs each kind of net in state, products and sequential steps. Nothing here is trained. For
// lessons. Example:
//
//   const recurra::Heirs heirs = recurra::compare_heirs({.T = 256, .forget_bias = 3, .mark = 6});
//   double left = heirs.kept.at({100, recurra::kAttention});       // the same at every lag
#pragma once

#include "recurra/tensor/tensor.h"

namespace recurra {

/// The columns of the tables below.
enum Heir { kPlainRnn, kGru, kLstm, kMinGru, kSlstm, kStateSpace, kAttention };
inline constexpr Index kHeirs = 7;

struct HeirsOptions {
  Index T = 256;           ///< steps that are read
  Index width = 32;        ///< H: inputs and units
  Index states = 16;       ///< N: of each channel of the state-space model
  double radius = 0.9;     ///< fraction that the plain RNN keeps per step
  double forget_bias = 3;  ///< every gate keeps sigmoid of it per step
  double mark = 6;         ///< logarithm of the weight of the input to remember
  std::uint64_t seed = 1;  ///< of the scan that is compared
};

struct Heirs {
  /// [T + 1, 7] fraction of the input that is left at lag k.
  /// Formula: plain RNN radius^k; GRU, LSTM, minGRU f^k with f = sigmoid(forget_bias);
  ///   sLSTM e^mark f^k / (e^mark f^k + sum of f^j over the other lags j of the T + 1 inputs);
  ///   state space, mean over n of exp(-k / tau_n), tau_n spread evenly in the logarithm from 1 to T;
  ///   attention e^mark / (e^mark + T), at every lag.
  /// Source: sLSTM Beck 2024 (exponential input gate, normaliser); minGRU Feng 2024; state space Gu 2022 (diagonal).
  Tensor<double> kept;
  /// [T, 7] multiplications of one inference step, at step t from 1, with weights, states and attention scores; terms
  /// of order H (biases, gates times states) are left out.
  /// Formula: 2 H^2 for each gate of RNN, GRU, LSTM, sLSTM; minGRU 2 H^2; state space 3 H N + H^2 (decay, input,
  /// read-out
  ///   of each state, and a mix of the channels); attention 4 H^2 + 2 H t.
  Tensor<double> products;
  /// [7] size of the state after T steps.
  std::vector<double> state;
  /// [7] sequential steps in training over T: T, or the levels of a scan, or 1.
  std::vector<double> waits;
  /// The largest difference between a minGRU with random gates run step by step and by a parallel scan.
  double scan_difference = 0;
  /// Levels of that scan.
  Index scan_levels = 0;
};

/// Errors: ValueError for a T, width or number of states below 1, or a radius outside [0, 1].
/// Cost: O(T), for the scan O(T log T).
Heirs compare_heirs(const HeirsOptions& options);

}  // namespace recurra
