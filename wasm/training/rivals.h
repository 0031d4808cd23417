// SPDX-License-Identifier: Apache-2.0
// Baselines of a forecaster on the test part of a series: the last value, the value one season ago, and a linear
// regression on the same lags as the net. Each forecasts one step ahead from true values, and one free run of many
// steps that uses no values after its start. Example:
//
//   const auto rivals = recurra::wasm::forecast_rivals(column, {700, 800, 1000}, /*seasons=*/{24, 168}, /*lags=*/24,
//   96); const double week_old = rivals[2].one_step_mae;
#pragma once

#include <span>
#include <string>
#include <vector>

#include "recurra/data/split.h"

namespace recurra::wasm {

struct Rival {
  std::string name;              ///< "last", "season" or "ridge"
  Index season = 0;              ///< for "season": steps
  std::vector<double> one_step;  ///< for each row of the test part
  std::vector<double> free_run;  ///< for its first `run` rows, all from the rows before them
  double one_step_mae = 0, free_run_mae = 0;
};

/// NaN is a missing value in `column` and is excluded from the errors. The regression is fitted to the training rows;
/// its penalty is the best of five on the validation rows; it is omitted if no window is complete.
/// Cost: rows lags^2 / 2.
std::vector<Rival> forecast_rivals(std::span<const double> column, const Split& split,
                                   const std::vector<Index>& seasons, Index lags, Index run);

/// Mean absolute difference over the rows in which both are present; NaN if there are none.
double mean_absolute_error(std::span<const double> forecast, std::span<const double> truth);

}  // namespace recurra::wasm
