// SPDX-License-Identifier: Apache-2.0
// Scores a forecaster on the part of a series that it has never seen: every window, rolling origin, beside honest
// baselines on the same windows. Example:
//
//   auto judge = [](const recurra::ForecastModel& model, const recurra::Series& series) {
//     recurra::ThreadTeam two(2);
//     return recurra::verdict(recurra::backtest(two, model, series));
//   };
#pragma once

#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/train/metrics.h"
#include "recurra/train/paired.h"

namespace recurra {

struct MethodScore {
  std::string name;  ///< "lstm", "repeat-last", "drift", "seasonal-naive", "linear"
  Errors errors;
  std::vector<double> mae_by_step;  ///< [horizon]; NaN where no window has a value at that step
  PairedDifference against_net;     ///< the net's MAE minus this one's, window by window
};

struct TargetScore {
  std::string target;
  Index season = 1;                  ///< of MASE's scale: the seasonal naive on the training rows
  std::vector<MethodScore> methods;  ///< the net first
  double mean_size = 0;              ///< mean |actual| of the points scored
};

struct BacktestRow {
  Index origin, step;  ///< row of the first forecast step; step from 1
  std::size_t target;
  double actual;                  ///< NaN where missing
  std::vector<double> forecasts;  ///< by method
};

struct Backtest {
  Index windows = 0, first_row = 0, horizon = 0;
  std::vector<TargetScore> targets;
  std::vector<std::string> notes;
  std::vector<BacktestRow> rows;  ///< every forecast, if asked for
};

/// Windows whose targets lie in the test part of the model's split. The linear rival is a ridge regression on the same
/// prepared windows as the net, fitted on its training windows, its penalty chosen on its validation windows. Every
/// method is scored on the same points: those that are present and that all methods have a forecast for.
/// Errors: ValueError if the test part holds no window.
Backtest backtest(ThreadTeam& team, const ForecastModel& model, const Series& series, bool keep_rows = false);

/// Who wins, in a sentence for each target: the net against the baseline of the lowest MAE. A difference within two
/// standard errors is a tie; a method whose MAE is below a millionth of the data's mean size counts as without error.
std::vector<std::string> verdict(const Backtest& backtest);

}  // namespace recurra
