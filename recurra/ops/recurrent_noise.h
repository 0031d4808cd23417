// SPDX-License-Identifier: Apache-2.0
// Noise inside a recurrent layer, as tensors drawn by the caller: one mask on h_{t-1} for all steps of a sequence
// (variational recurrent dropout), and zoneout, which keeps the previous state of some units. nn/recurrent draws them
// with ops/dropout.h. Example:
//
//   recurra::ops::RecurrentNoise<float> noise;
//   noise.mask = recurra::Tensor<float>({32, 128});   // B, H; here every unit of h_{t-1} is dropped
#pragma once

#include "recurra/kernels/cell.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Formula: products with U read mask * h_{t-1} (gru_reset_before: r * mask * h_{t-1}); each state s with a factor is
/// s_t = s_{t-1} + fresh_t (s~_t - s_{t-1}), where s~_t is the cell's result, from which its other states are also
/// computed. Source: Gal, Ghahramani 2016 for the mask; Krueger et al. 2017 for zoneout, where fresh is 0 or 1 in
/// training and the probability of 1 in inference.
template <class T>
struct RecurrentNoise {
  Tensor<T> mask;               ///< [B, H] in the caller's row order; undefined: none
  CellStates<Tensor<T>> fresh;  ///< [N, H] packed, for each state; undefined: none

  bool zones_out() const { return fresh.h.defined() || fresh.c.defined(); }
};

}  // namespace recurra::ops
