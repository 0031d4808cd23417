// SPDX-License-Identifier: Apache-2.0
// Looks inside a trained forecaster: its parts, and on data the lookback it really uses, how its gradients fare through
// time, how long its units remember, and what one might change. Example:
//
//   auto look = [](const recurra::ForecastModel& model, const recurra::Series& series) {
//     recurra::Context two(2);
//     return recurra::advice(model, recurra::diagnose(two, model, series));
//   };
#pragma once

#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/train/traces.h"

namespace recurra {

struct Diagnosis {
  Index windows = 0;
  GradientFlow whole;      ///< net and skip together
  GradientFlow recurrent;  ///< through the recurrent net alone
  std::vector<LayerTrace> layers;
};

/// Over at most 64 windows, evenly taken from the series. Errors: ValueError if the series holds no window.
Diagnosis diagnose(Context& context, const ForecastModel& model, const Series& series);

/// The same of a set of series.
Diagnosis diagnose(Context& context, const ForecastModel& model, const SeriesSet& set);

/// In plain words: vanishing or exploding gradients, lookback in use, memory, saturation, and what to change.
std::vector<std::string> advice(const ForecastModel& model, const Diagnosis& diagnosis);

}  // namespace recurra
