// SPDX-License-Identifier: Apache-2.0
// Sample paths of what comes after the end of each series: futures drawn as a whole, for questions that intervals of
// single steps cannot answer, such as how much a week sells in all. Each step of the paths is spread as its intervals
// say; how steps depend on one another is measured on windows that the net has not learned from. Example:
//
//   auto week = [](recurra::Context& context, const recurra::ForecastModel& model, const recurra::SeriesSet& set) {
//     const recurra::ForecastSamples samples = recurra::sample_next(context, model, set, 500);
//     const std::vector<double> levels = {0.1, 0.9};
//     return recurra::path_quantiles(recurra::path_totals(samples.series[0].targets[0]), levels);
//   };
#pragma once

#include "recurra/data/sample_paths.h"
#include "recurra/tasks/forecast/forecaster.h"

namespace recurra {

inline constexpr Index kMaxSamples = 100'000;  // of each series

struct SeriesSamples {
  std::string id;
  std::vector<std::string> stamps;   ///< empty without a time column
  std::vector<SamplePaths> targets;  ///< in the unit of the data; counts are whole
};

struct ForecastSamples {
  std::vector<SeriesSamples> series;
  std::vector<std::string> notes;
};

/// `count` paths of each series and target, by the seed of the model's options: the same for any number of threads,
/// and more paths begin with those of fewer. A model of one series takes a sampled_set. Method: a Gaussian copula
/// (train/draw_paths.h) over the calibrated quantiles of each step. Errors: ValueError for a count outside
/// 1 .. kMaxSamples, for a model without intervals, as forecast_next of a set. Cost: a forecast of each series and of
/// up to 400 windows.
ForecastSamples sample_next(Context& context, const ForecastModel& model, const SeriesSet& set, Index count);

/// One series as sample_next takes it. Errors: ValueError where its last rows have no target.
SeriesSet sampled_set(const ForecastModel& model, const Series& series);

}  // namespace recurra
