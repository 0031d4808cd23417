// SPDX-License-Identifier: Apache-2.0
// A trained forecaster among the methods that forecast the series of a set, and its backtest beside the rivals.
// Example:
//
//   auto judge = [](recurra::Context& context, const recurra::ForecastModel& model, const recurra::SeriesSet& set) {
//     return recurra::verdict(recurra::backtest(context, model, set, {.cutoffs = 4}));
//   };
#pragma once

#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/forecast/set_backtest.h"

namespace recurra {

/// What a user may choose about the cut-offs.
struct RollingOptions {
  Index cutoffs = 0;  ///< 0: as many as the steps of every series have room for that no net has seen, 1 to 20
  Index stride = 0;   ///< 0: the horizon
  Refit refit = Refit::never;
};

/// The steps of each series of a set that the nets of a model have seen, by where its training data began and ended on
/// the calendar. Without times, and for models of earlier versions, which do not store this, the set is taken for the
/// training data. Every series counts as learned from up to the end of the longest one.
struct SeenSteps {
  SetRange learned;  ///< the tested net was trained on these
  std::vector<Index>
      selected;              ///< of each series: the step after those that the tested net was trained on or selected by
  std::vector<Index> newer;  ///< the first step that the final net was not trained on
};
SeenSteps seen_steps(const ForecastModel& model, const SeriesSet& set);

/// The tested net, which has seen the training and validation parts alone; from steps on that are newer than the
/// training data, the final one. With Refit::each it is trained anew at each cut-off, by the options that the model
/// file tells, on the older 85 % of what lies before and validated on the rest. Model and set must outlive it.
SetMethods net_method(const ForecastModel& model, const SeriesSet& set, Refit refit = Refit::never);

/// The net and set_rivals, and how they are to be judged.
struct SetBacktestPlan {
  SetBacktestOptions options;
  std::vector<SetMethods> methods;
  std::vector<std::string> notes;  ///< such as that some series have a test part below the horizon
};
/// Model and set must outlive it. Errors: ValueError for cut-offs or a stride below 0.
SetBacktestPlan plan_backtest(const ForecastModel& model, const SeriesSet& set, const RollingOptions& rolling = {});

/// Errors: as backtest_set.
SetBacktest run_backtest(Context& context, const SeriesSet& set, const SetBacktestPlan& plan);
/// Both.
SetBacktest backtest(Context& context, const ForecastModel& model, const SeriesSet& set,
                     const RollingOptions& rolling = {});

/// The set with the steps before `ends` of each series, and what was known ahead then.
SeriesSet cut_set(const SeriesSet& set, const std::vector<Index>& ends);

}  // namespace recurra
