// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/windows.h"

#include <algorithm>
#include <cmath>

namespace recurra {

std::vector<Index> window_origins(const WindowSet& windows, Index begin, Index end) {
  const Index O = windows.targets.dim(1);
  // present_before[t]: present targets in rows before t, so that any window is one subtraction.
  std::vector<Index> present_before(static_cast<std::size_t>(windows.targets.dim(0) + 1));
  for (Index t = 0; t < windows.targets.dim(0); ++t) {
    const float* row = windows.targets.data() + t * O;
    const auto present = std::count_if(row, row + O, [](float v) { return !std::isnan(v); });
    present_before[static_cast<std::size_t>(t + 1)] = present_before[static_cast<std::size_t>(t)] + present;
  }
  std::vector<Index> origins;
  const Index last = std::min(end, windows.targets.dim(0)) - windows.horizon;
  for (Index t = std::max(begin, windows.first_input + windows.lookback); t <= last; ++t) {
    const Index present =
        present_before[static_cast<std::size_t>(t + windows.horizon)] - present_before[static_cast<std::size_t>(t)];
    if (present > 0) origins.push_back(t);
  }
  return origins;
}

Tensor<float> gather_inputs(const WindowSet& windows, std::span<const Index> origins) {
  const auto B = static_cast<Index>(origins.size());
  const Index L = windows.lookback, F = windows.inputs.dim(1);
  auto x = Tensor<float>::uninitialized({L, B, F});
  for (Index b = 0; b < B; ++b) {
    const Index t = origins[static_cast<std::size_t>(b)];
    require(t >= windows.first_input + L && t <= windows.inputs.dim(0), "gather_inputs: the window before row ", t,
            " leaves the ", windows.inputs.dim(0), " rows");
    for (Index l = 0; l < L; ++l) std::copy_n(windows.inputs.data() + (t - L + l) * F, F, x.data() + (l * B + b) * F);
    for (Index o = 0; windows.scaling != ops::WindowScaling::none && o < windows.targets.dim(1); ++o) {
      const ops::ColumnScale<float> own = windows.scale(t, o);
      for (Index l = 0; l < L; ++l) {
        float& v = x[(l * B + b) * F + o];
        v = (v - own.shift) / own.factor;
      }
    }
  }
  return x;
}

Tensor<float> gather_known(const WindowSet& windows, std::span<const Index> origins, Index count, Index steps) {
  const auto B = static_cast<Index>(origins.size());
  const Index F = windows.inputs.dim(1), rows = windows.inputs.dim(0);
  auto known = Tensor<float>::uninitialized({steps, B, count});
  for (Index b = 0; b < B; ++b) {
    const Index t = origins[static_cast<std::size_t>(b)];
    require(t >= 0 && t + steps <= rows, "gather_known: the horizon from row ", t, " leaves the ", rows, " rows");
    for (Index h = 0; h < steps; ++h)
      std::copy_n(windows.inputs.data() + (t + h + 1) * F - count, count, known.data() + (h * B + b) * count);
  }
  return known;
}

WindowBatch gather_windows(const WindowSet& windows, std::span<const Index> origins) {
  const auto B = static_cast<Index>(origins.size());
  const Index outputs = windows.horizon * windows.targets.dim(1);
  const Index O = windows.targets.dim(1);
  WindowBatch batch{gather_inputs(windows, origins), Tensor<float>::uninitialized({B, outputs}), {}, {}};
  if (!windows.units.empty()) batch.units = Tensor<float>::uninitialized({B, O});
  for (Index b = 0; b < B; ++b) {
    const Index t = origins[static_cast<std::size_t>(b)];
    require(t + windows.horizon <= windows.targets.dim(0), "gather_windows: the targets from row ", t, " leave the ",
            windows.targets.dim(0), " rows");
    std::copy_n(windows.targets.data() + t * O, outputs, batch.y.data() + b * outputs);
    for (Index o = 0; o < O; ++o) {
      const ops::ColumnScale<float> own = windows.scale(t, o);
      for (Index i = o; i < outputs; i += O) {
        float& v = batch.y[b * outputs + i];
        v = (v - own.shift) / own.factor;
      }
      if (batch.units.defined()) batch.units[b * O + o] = windows.units[static_cast<std::size_t>(o)] * own.factor;
    }
  }
  const auto missing = [](float v) { return std::isnan(v); };
  const auto y = batch.y.span();
  if (std::none_of(y.begin(), y.end(), missing)) return batch;
  batch.weights = Tensor<float>::full(batch.y.shape(), 1);
  for (Index i = 0; i < batch.y.size(); ++i) {
    if (!missing(batch.y[i])) continue;
    batch.y[i] = batch.weights[i] = 0;
  }
  return batch;
}

}  // namespace recurra
