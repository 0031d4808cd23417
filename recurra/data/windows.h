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

#include "recurra/ops/window_scale.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

struct WindowSet {
  Tensor<float> inputs;   ///< [T, F], all finite
  Tensor<float> targets;  ///< [T, O], NaN where missing
  Index lookback = 0, horizon = 0;
  Index first_input = 0;  ///< rows before it hold no inputs (a difference has not begun)
  Index known = 0;        ///< how many of the last input columns are known ahead (a calendar)
  /// A window's targets, and the input columns they come from (the first O), are told on a scale that these inputs
  /// alone give: minus the newest of them, or by their mean and deviation or their mean size.
  ops::WindowScaling scaling = ops::WindowScaling::none;
  /// Of each target: what 1 is in its own unit before that scale. Empty: batches have no units.
  std::vector<float> units = {};

  /// Of column o of the window before `origin`.
  ops::ColumnScale<float> scale(Index origin, Index o) const {
    const Index F = inputs.dim(1);
    return ops::column_scale(scaling, inputs.data() + (origin - lookback) * F + o, F, lookback, 1.0);
  }
};

/// The origins whose targets lie in rows [begin, end), whose inputs exist, and that have at least one present target.
std::vector<Index> window_origins(const WindowSet& windows, Index begin, Index end);

struct WindowBatch {
  Tensor<float> x;        ///< [lookback, B, F]
  Tensor<float> y;        ///< [B, horizon * O], horizon-major; 0 where missing
  Tensor<float> weights;  ///< like y: 0 where missing, else 1; undefined when nothing is missing
  Tensor<float> units;    ///< [B, O] what 1 of y is in the unit of the data; undefined where the windows tell none
};

/// Shapes: one row b for each origin. Errors: ValueError if a window leaves the series.
WindowBatch gather_windows(const WindowSet& windows, std::span<const Index> origins);

/// The last `count` input columns at the `steps` rows from each origin on. Shapes: returns [steps, B, count].
/// Errors: ValueError if one of these rows has no inputs.
Tensor<float> gather_known(const WindowSet& windows, std::span<const Index> origins, Index count, Index steps);

/// The inputs alone, also for an origin at the end of the series.
Tensor<float> gather_inputs(const WindowSet& windows, std::span<const Index> origins);

}  // namespace recurra
