// SPDX-License-Identifier: Apache-2.0
// The global ridge: one linear map for all series and targets of a set, on the same inputs as a net, with quantiles.
// The strongest cheap rival of a global net. Example:
//
//   recurra::Series demand{"demand.csv", {"demand"}, {{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}}, {}, {}};
//   const recurra::SeriesSet set = recurra::set_of_one(demand, "england", 1);
//   const recurra::WindowSource windows(set, {.lookback = 3, .horizon = 2}, recurra::whole_range(set));
//   std::vector<std::string> notes;
//   const recurra::SetRidge ridge = recurra::fit_set_ridge(context, set, windows, windows, notes);
//   const std::vector<double> levels = {0.1, 0.9};
//   const auto next = ridge.forecast(windows, recurra::forecast_origins(set), levels);      // next[0].point: 1, 2
#pragma once

#include "recurra/tasks/forecast/ridge_rivals.h"
#include "recurra/tasks/forecast/set_features.h"

namespace recurra {

class SetRidge {
 public:
  SetRidge(WindowOptions options, SetFeatures features, Index targets, RidgeRival ridge)
      : options_(options), features_(std::move(features)), targets_(targets), ridge_(std::move(ridge)) {}

  /// Of each origin, and within it of each target. Errors: ValueError for a lookback or horizon of another size.
  std::vector<IntervalForecast> forecast(const WindowSource& windows, std::span<const Origin> origins,
                                         std::span<const double> levels) const;
  const RidgeRival& ridge() const { return ridge_; }

 private:
  WindowOptions options_;
  SetFeatures features_;
  Index targets_;
  RidgeRival ridge_;
};

/// Fitted to windows of `train`, thinned evenly to 20,000 windows and 50 million numbers; the penalty and the quantiles
/// of the errors come from those of `validation`, or of `train` where it has none. All windows count alike, each on the
/// scale of its own deviation. Errors: ValueError if train has no window. Cost: see fit_ridge_rival.
SetRidge fit_set_ridge(Context& context, const SeriesSet& set, const WindowSource& train,
                       const WindowSource& validation, std::vector<std::string>& notes);

}  // namespace recurra
