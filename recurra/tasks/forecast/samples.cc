// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/samples.h"

#include <algorithm>
#include <cmath>

#include "recurra/tasks/forecast/intervals.h"
#include "recurra/tasks/forecast/net_parts.h"
#include "recurra/tasks/forecast/recent_errors.h"
#include "recurra/train/draw_paths.h"

namespace recurra {
namespace {

constexpr Index kWindows = 400;  // that the dependence of steps is measured on
constexpr std::size_t kFewWindows = 20;

/// The distribution of each step of a forecast, through its quantiles.
std::vector<Predictive> distributions_of(const IntervalForecast& forecast, const std::vector<double>& levels) {
  const Head head{.kind = HeadKind::quantiles, .levels = levels};
  std::vector<Predictive> out;
  for (std::size_t h = 0; h < forecast.point.size(); ++h)
    out.emplace_back(head, std::span(forecast.quantiles).subspan(h * levels.size(), levels.size()));
  return out;
}

/// By target: how the steps of a horizon depend on one another in windows after the training part.
std::vector<StepDependence> dependences(Context& context, const ForecastModel& model, const SeriesSet& set,
                                        const std::vector<double>& levels, std::vector<std::string>& notes) {
  const ForecastModel tested = model.as_tested();
  const ForecastOptions& o = tested.options;
  const Index H = o.horizon, O = targets_of(o);
  const auto parts = split_series(set, o.split);
  const WindowSource windows(set, model_windows(tested.preparation, o, H, ShortSeries::leave_out),
                             {parts[1].begin, parts[2].end});
  std::vector<Origin> origins;
  const Index most = std::min(windows.count(), kWindows);
  for (Index i = 0; i < most; ++i) origins.push_back(windows.origin(i * windows.count() / most));
  std::vector<std::vector<double>> scores(static_cast<std::size_t>(O));
  if (origins.size() < kFewWindows) {
    notes.push_back(concat("samples: ", origins.size(), " windows outside the training part, expected at least ",
                           kFewWindows,
                           " to measure how steps depend on one another; the steps of a path are drawn "
                           "independently, so sums of steps are too sure of themselves"));
    return std::vector<StepDependence>(scores.size());
  }
  const WindowForecaster forecaster(context, tested, set, parts[0]);
  const std::vector<IntervalForecast> forecasts = forecaster.forecast(context, origins, levels);
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    const Origin& origin = origins[i / scores.size()];
    const std::size_t target = i % scores.size();
    const Index column = set.column_index(o.targets[target]);
    const std::vector<Predictive> steps = distributions_of(forecasts[i], levels);
    for (Index h = 0; h < H; ++h)
      scores[target].push_back(
          normal_score(steps[static_cast<std::size_t>(h)], set.value(origin.series, column, origin.time + h)));
  }
  std::vector<StepDependence> out;
  for (const std::vector<double>& of_target : scores) out.push_back(fit_step_dependence(of_target, H));
  return out;
}

}  // namespace

ForecastSamples sample_next(Context& context, const ForecastModel& model, const SeriesSet& set, Index count) {
  const ForecastOptions& o = model.options;
  require(count >= 1 && count <= kMaxSamples, "samples: expected 1 to ", kMaxSamples, ", found ", count);
  require(has_intervals(model),
          "samples: the model has no intervals; train without --no-calibrate, or with --head quantiles");
  require_plan(set, o.horizon);
  const std::vector<double> levels = scored_levels(o.levels);
  const auto O = static_cast<std::size_t>(targets_of(o));
  ForecastSamples out;
  const std::vector<StepDependence> depend = dependences(context, model, set, levels, out.notes);
  const WindowForecaster forecaster(context, model, set, whole_range(set));
  const std::vector<Origin> origins = forecast_origins(set);
  const bool counts = predicts_counts(head_of(o));
  RecentErrors recent(context, model, set, levels);
  for (std::size_t s = 0; s < origins.size(); ++s) {
    auto forecasts = forecaster.forecast(context, std::span(origins).subspan(s, 1), levels);
    recent.follow(context, std::span(origins).subspan(s, 1), forecasts);
    SeriesSamples& one = out.series.emplace_back(SeriesSamples{set.series[s].id, {}, {}});
    for (std::size_t target = 0; target < O; ++target) {
      SamplePaths& paths = one.targets.emplace_back(
          draw_paths(distributions_of(forecasts[target], levels), count, o.seed,
                     stream_id(concat("samples/", one.id, "/", o.targets[target])), depend[target]));
      for (double& v : paths.values)
        if (counts) v = std::max(0.0, std::round(v));
    }
    for (Index h = 0; h < o.horizon && set.calendar.axis; ++h)
      one.stamps.push_back(set.stamp(origins[s].series, origins[s].time + h));
  }
  for (std::string& note : recent.notes()) out.notes.push_back(std::move(note));
  return out;
}

SeriesSet sampled_set(const ForecastModel& model, const Series& series) {
  SeriesSet set = set_of_one(series, "", targets_of(model.options));
  set.time_column = series.time_column;
  require(set.series[0].length == series.length(), series.source, ": the last ", series.length() - set.series[0].length,
          " rows have no target, and sample paths begin after the last one; leave these rows out");
  return set;
}

}  // namespace recurra
