// SPDX-License-Identifier: Apache-2.0
// A trained forecaster among the methods that forecast the series of a set, and its backtest beside the rivals.
// Example:
//
//   auto judge = [](recurra::Context& context, const recurra::ForecastModel& model, const recurra::SeriesSet& set) {
//     return recurra::verdict(recurra::backtest(context, model, set));
//   };
#pragma once

#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/forecast/set_backtest.h"

namespace recurra {

/// The net that has seen the training and validation parts alone; it is not fitted again. Model and set must outlive
/// it.
SetMethods net_method(const ForecastModel& model, const SeriesSet& set);

/// The net beside set_rivals, from as many cut-offs as the test part of every series has room for, but at least one;
/// that some series have a test part below the horizon is told. Errors: as backtest_set.
SetBacktest backtest(Context& context, const ForecastModel& model, const SeriesSet& set);

}  // namespace recurra
