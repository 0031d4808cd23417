// SPDX-License-Identifier: Apache-2.0
// The report of a forecaster as one HTML page: the forecast with its history, the backtest beside each baseline, error
// by step, training curves, gradients, and the settings that repeat the run. Example:
//
//   auto write = [](const recurra::ForecastModel& model, const recurra::Series& series) {
//     recurra::Context two(2);
//     return recurra::forecast_report(two, model, series, recurra::backtest(two, model, series));
//   };
#pragma once

#include "recurra/tasks/forecast/backtest.h"

namespace recurra {

/// The command that trains this model again, on one line. `out` is the model file to write.
std::string training_command(const ForecastModel& model, const std::string& out);

/// Errors: as forecast_next and diagnose. Cost: that of these two.
std::string forecast_report(Context& context, const ForecastModel& model, const Series& series,
                            const Backtest& backtest);

}  // namespace recurra
