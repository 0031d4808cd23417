// SPDX-License-Identifier: Apache-2.0
// The linear autoregression on the same windows as the net: what every backtest compares with, and what the net's skip
// begins at. Example:
//
//   recurra::WindowSet windows{recurra::Tensor<float>({100, 1}), recurra::Tensor<float>({100, 1}), 24, 12};
//   const auto train = recurra::window_origins(windows, 0, 80), validation = recurra::window_origins(windows, 80, 100);
//   std::optional<recurra::LinearMap> map = recurra::fit_linear_rival(windows, train, validation);
#pragma once

#include <optional>

#include "recurra/data/windows.h"
#include "recurra/tasks/forecast/ridge.h"

namespace recurra {

inline constexpr Index kMostRivalInputs = 1024;

/// Maps the window of the targets [lookback * O] to their horizon [horizon * O], all in the net's scale. The penalty is
/// the one of five that does best on the validation windows (on the training ones without them). Windows with a
/// missing target are left out. Nothing above kMostRivalInputs inputs, or without a complete window.
/// Cost: windows inputs^2 / 2, over at most 20,000 windows.
std::optional<LinearMap> fit_linear_rival(const WindowSet& windows, const std::vector<Index>& train,
                                          const std::vector<Index>& validation);

/// Its forecast from row `origin` on, [horizon * O].
std::vector<double> apply_linear_rival(const LinearMap& map, const WindowSet& windows, Index origin);

}  // namespace recurra
