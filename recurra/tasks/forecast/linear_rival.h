// SPDX-License-Identifier: Apache-2.0
// The linear autoregression on windows: what every backtest compares with, what the net's skip begins at, and what
// preparations are tried with. Example:
//
//   recurra::WindowSet windows{recurra::Tensor<float>({100, 1}), recurra::Tensor<float>({100, 1}), 24, 12};
//   const auto train = recurra::window_origins(windows, 0, 80), validation = recurra::window_origins(windows, 80, 100);
//   const recurra::LinearRival rival =
//       recurra::fit_linear_rival(windows, train, validation, recurra::LinearKind::joint);
//   std::vector<double> forecast = rival.forecast(windows, 90, /*target=*/0);
#pragma once

#include "recurra/data/windows.h"
#include "recurra/tasks/common/ridge.h"

namespace recurra {

/// Of how many inputs a map reads at most. A longer window is read by its newest steps.
inline constexpr Index kMaxRivalInputs = 1024;

/// joint: the windows of all targets forecast all of them; per target where they are more than kMaxRivalInputs.
/// per_target: each from its own window. shared: the same, by one map for all.
enum class LinearKind { joint, per_target, shared };

struct LinearRival {
  LinearKind kind = LinearKind::joint;
  Index steps = 0, horizon = 0, targets = 0;  ///< steps: the newest of the window that are read
  std::vector<LinearMap> maps;                ///< one, or with per_target one for each target
  std::vector<double> penalties;              ///< of each map

  /// Of one target from row `origin` on, [horizon], in the scale of the windows.
  std::vector<double> forecast(const WindowSet& windows, Index origin, Index target) const;
  /// As one map of the whole window [lookback * targets]; of a shared rival, of one target's window [lookback].
  LinearMap whole(Index lookback) const;
};

/// Ridge regressions on training windows, in the net's scale. The penalty is the one of five that does best on the
/// validation windows (on the training ones without them), or where `penalties` are given the one given.
/// A target that is missing in a window counts for the other outputs alone: each output is fitted to the windows that
/// have it. Method: missing outputs are replaced by those of the map itself, until these no longer change (Healy,
/// Westmacott 1956). Errors: ValueError without a training window. Cost: windows inputs^2 / 2 for each map, over as
/// many windows as make 10^10 products at most, and 20,000 windows.
LinearRival fit_linear_rival(const WindowSet& windows, const std::vector<Index>& train,
                             const std::vector<Index>& validation, LinearKind kind,
                             const std::vector<double>& penalties = {});

/// One of several refits of a model that moves along a series: the windows that it learns from beside those of the
/// folds before, and those that it forecasts.
struct RollingFold {
  std::vector<Index> learned, scored;
};

/// One joint map for each fold, fitted to all windows learned so far. The penalty is the one of five that does best on
/// what the first fold forecasts. Missing targets as above. Errors: ValueError unless the first fold learns from a
/// window and forecasts one. Cost: as one fit to the windows of all folds, and inputs^3 / 6 for each further fold.
std::vector<LinearMap> fit_rolling(const WindowSet& windows, const std::vector<RollingFold>& folds);
/// The forecast of such a map for its first target. Shapes: returns [horizon].
std::vector<double> rolling_forecast(const LinearMap& map, const WindowSet& windows, Index origin);

}  // namespace recurra
