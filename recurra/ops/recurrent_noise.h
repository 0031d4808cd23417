// SPDX-License-Identifier: Apache-2.0
// Noise inside a recurrent layer, as tensors that the caller drew: one mask on h_{t-1} for all steps of a sequence
// (variational recurrent dropout), and zoneout, which leaves units as they were. nn/recurrent draws them with
// ops/dropout.h. Example:
//
//   recurra::ops::RecurrentNoise<float> noise;
//   noise.mask = recurra::Tensor<float>({32, 128});   // B, H; here every unit of h_{t-1} is dropped
#pragma once

#include "recurra/kernels/cell.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Formula: a product with U takes mask * h_{t-1} (reset before: r * mask * h_{t-1}); and of each state s with a
/// factor, s_t = s_{t-1} + fresh_t (s~_t - s_{t-1}), where s~_t is what the cell makes and what its other states are
/// made of. Source: Gal, Ghahramani 2016 for the mask; Krueger et al. 2017 for zoneout, whose fresh is 0 or 1 in
/// training and the share of ones elsewhere.
template <class T>
struct RecurrentNoise {
  Tensor<T> mask;               ///< [B, H] in the caller's row order; undefined: none
  CellStates<Tensor<T>> fresh;  ///< [N, H] packed, for each state; undefined: none

  bool zones_out() const { return fresh.h.defined() || fresh.c.defined(); }
};

}  // namespace recurra::ops
