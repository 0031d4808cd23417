// SPDX-License-Identifier: Apache-2.0
// The report of a forecaster of a set of series as one HTML page: the backtest beside the rivals, the forecasts of some
// series, the importance of each input, training curves, gradients, and the settings that repeat the run. Example:
//
//   auto write = [](recurra::Context& context, const recurra::ForecastModel& model, const recurra::SeriesSet& set) {
//     return recurra::set_report(context, model, set, recurra::backtest(context, model, set));
//   };
#pragma once

#include "recurra/tasks/forecast/set_net.h"

namespace recurra {

/// Errors: as importance and diagnose. Cost: that of these two.
std::string set_report(Context& context, const ForecastModel& model, const SeriesSet& set, const SetBacktest& backtest);

}  // namespace recurra
