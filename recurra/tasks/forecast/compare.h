// SPDX-License-Identifier: Apache-2.0
// Which cell for this series: RNN, GRU and LSTM at about equal numbers of parameters, several seeds each, on the same
// windows, beside the baselines. Example:
//
//   auto ask = [](const recurra::Series& series, const recurra::ForecastOptions& options) {
//     recurra::Context two(2);
//     return recurra::compare_cells(two, series, options, 3).cells[0].mae_mean;
//   };
#pragma once

#include <functional>

#include "recurra/tasks/forecast/backtest.h"

namespace recurra {

struct CellScore {
  Cell cell = Cell::lstm;
  Index hidden = 0, parameters = 0;
  std::vector<double> mae;  ///< of the first target, by seed
  double mae_mean = 0, mae_deviation = 0;
};

/// No cells if the user interrupted it.
struct Comparison {
  std::vector<CellScore> cells;
  Backtest baselines;  ///< of the last run; its first method is that run's net
  std::vector<std::string> notes;
};

/// `options.hidden` is the LSTM's; the others get what makes their parameters come closest to its.
/// `progress` is called before each run. Where the context has ranks they divide the runs; rank 0 alone knows
/// the baselines for certain. Errors: as train_forecaster and backtest.
Comparison compare_cells(Context& context, const Series& series, const ForecastOptions& options, int seeds,
                         TrainObserver* observer = nullptr,
                         const std::function<void(Cell cell, std::uint64_t seed)>& progress = {});

}  // namespace recurra
