// SPDX-License-Identifier: Apache-2.0
// Sliding windows over one series, cut out only when a batch is gathered: the series is held once. An origin t has
// inputs at rows [t - lookback, t) and targets at rows [t, t + horizon). Example:
//
//   recurra::WindowSet windows{recurra::Tensor<float>({100, 2}), recurra::Tensor<float>({100, 1}), 24, 12};
//   std::vector<recurra::Index> origins = recurra::window_origins(windows, 0, 100);     // 24 .. 88
//   recurra::WindowBatch batch = recurra::gather_windows(windows, origins);
#pragma once

#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

struct WindowSet {
  Tensor<float> inputs;   ///< [T, F], all finite
  Tensor<float> targets;  ///< [T, O], NaN where missing
  Index lookback = 0, horizon = 0;
  Index first_input = 0;  ///< rows before it hold no inputs (a difference has not begun)
  Index known = 0;        ///< how many of the last input columns are known ahead (a calendar)
  /// A window's targets, and the input columns they come from (the first O), are told relative to the last of these
  /// inputs before its origin.
  bool subtract_last = false;

  /// What is subtracted from column o of the window before `origin`: 0 unless subtract_last.
  float base(Index origin, Index o) const { return subtract_last ? inputs[(origin - 1) * inputs.dim(1) + o] : 0.0f; }
};

/// The origins whose targets lie in rows [begin, end), whose inputs exist, and that have at least one present target.
std::vector<Index> window_origins(const WindowSet& windows, Index begin, Index end);

struct WindowBatch {
  Tensor<float> x;        ///< [lookback, B, F]
  Tensor<float> y;        ///< [B, horizon * O], horizon-major; 0 where missing
  Tensor<float> weights;  ///< like y: 0 where missing, else 1; undefined when nothing is missing
};

/// Shapes: one row b for each origin. Errors: ValueError if a window leaves the series.
WindowBatch gather_windows(const WindowSet& windows, std::span<const Index> origins);

/// The last `count` input columns at the `steps` rows from each origin on. Shapes: returns [steps, B, count].
/// Errors: ValueError if one of these rows has no inputs.
Tensor<float> gather_known(const WindowSet& windows, std::span<const Index> origins, Index count, Index steps);

/// The inputs alone, also for an origin at the end of the series.
Tensor<float> gather_inputs(const WindowSet& windows, std::span<const Index> origins);

}  // namespace recurra
