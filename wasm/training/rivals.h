// SPDX-License-Identifier: Apache-2.0
// What a forecaster must beat on the test part of a series: the last value, the value one season ago, and a linear
// regression on the same lags as the net. Each one step ahead from true values, and over one run of many steps that
// sees nothing beyond its start, as a net that runs free. Example:
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
  Index season = 0;              ///< of a "season": steps
  std::vector<double> one_step;  ///< for each row of the test part
  std::vector<double> free_run;  ///< for its first `run` rows, all from the rows before them
  double one_step_mae = 0, free_run_mae = 0;
};

/// NaN marks a missing value in `column` and is left out of the errors. The regression is fitted to the training rows;
/// its penalty is the one of five that does best on the validation rows; it is left out where no window is complete.
/// Cost: rows lags^2 / 2.
std::vector<Rival> forecast_rivals(std::span<const double> column, const Split& split,
                                   const std::vector<Index>& seasons, Index lags, Index run);

/// Mean absolute difference over the rows where both are there; NaN if there are none.
double mean_absolute_error(std::span<const double> forecast, std::span<const double> truth);

}  // namespace recurra::wasm
