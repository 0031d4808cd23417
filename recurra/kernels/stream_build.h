// SPDX-License-Identifier: Apache-2.0
// Which cells, weights and activations this build streams: all, or those that a product asks for with CMake's
// RECURRA_STREAM_CELLS, RECURRA_STREAM_WEIGHTS and RECURRA_STREAM_ACTIVATIONS, for a smaller program. RNN cells, which
// dense layers are made of, float32 and precise activations are always there. Example:
//
//   static_assert(recurra::kernels::stream_build::has(Cell::rnn_tanh));
#pragma once

#include "recurra/kernels/cell_forms.h"
#include "recurra/kernels/stream.h"

namespace recurra::kernels::stream_build {

constexpr bool has([[maybe_unused]] Cell cell) {
#ifdef RECURRA_STREAM_CELLS
  for (const Cell kept : {RECURRA_STREAM_CELLS})
    if (kept == cell) return true;
  return cell == Cell::rnn_tanh || cell == Cell::rnn_relu || cell == Cell::rnn_linear;
#else
  return true;
#endif
}

constexpr bool has([[maybe_unused]] StreamWeights weights) {
#ifdef RECURRA_STREAM_WEIGHTS
  for (const StreamWeights kept : {RECURRA_STREAM_WEIGHTS})
    if (kept == weights) return true;
  return weights == StreamWeights::f32;
#else
  return true;
#endif
}

constexpr bool has([[maybe_unused]] StreamActivations activations) {
#ifdef RECURRA_STREAM_ACTIVATIONS
  for (const StreamActivations kept : {RECURRA_STREAM_ACTIVATIONS})
    if (kept == activations) return true;
  return activations == StreamActivations::precise;
#else
  return true;
#endif
}

/// Whether general forms are streamed (CellForm::is_general): in a build that names its cells, if one of them is
/// general by itself.
constexpr bool has_forms() {
#ifdef RECURRA_STREAM_CELLS
  for (const Cell kept : {RECURRA_STREAM_CELLS})
    if (CellForm(kept).is_general()) return kHasCellForms;
  return false;
#else
  return kHasCellForms;
#endif
}

}  // namespace recurra::kernels::stream_build
