// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/recent_errors.h"

#include <algorithm>
#include <cmath>

namespace recurra {
namespace {

double round_count(double x) {
  return std::round(x);
}

}  // namespace

RecentErrors::RecentErrors(Context& context, const ForecastModel& model, const SeriesSet& set,
                           std::vector<double> levels)
    : model_(&model), set_(&set), levels_(std::move(levels)), factors_({}) {
  if (!model.follows_errors() || levels_.size() < 2) return;
  std::vector<double> coverages;
  for (const double level : levels_)
    if (level > 0.5) coverages.push_back(2 * level - 1);
  factors_ = IntervalFactors(coverages);
  const Index H = model.options.horizon, most = kMostWindows / std::max<Index>(set.count(), 1);
  if (most < kMinWindows) return;
  const Index densest = std::max<Index>(1, H / AdaptiveIntervals::kPerHorizon);
  spacing_ = std::clamp((kHorizons * H + most - 1) / most, densest, std::max(densest, H));
  horizons_ = std::min(kHorizons, most * spacing_ / H);
  seen_ = seen_steps(model, set);
  std::vector<std::string> unused;
  net_ = net_method(model, set).fit(context, whole_range(set), unused);
}

void RecentErrors::follow(Context& context, std::span<const Origin> origins, std::span<IntervalForecast> forecasts) {
  if (spacing_ == 0) return;
  const ForecastOptions& o = model_->options;
  const auto O = static_cast<std::size_t>(o.targets.size());
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const Index s = origins[i].series, end = origins[i].time;
    const Index first = std::max(seen_.selected[static_cast<std::size_t>(s)], model_->preparation.lag + o.lookback);
    std::vector<Origin> recent;
    for (Index t = end - std::min((end - first) / spacing_, horizons_ * o.horizon / spacing_) * spacing_; t < end;
         t += spacing_)
      recent.push_back({s, t});
    if (recent.empty()) continue;
    auto earlier = net_(context, recent, levels_)[0];
    for (std::size_t target = 0; target < O; ++target) {
      const std::vector<double> values = target_history(*set_, s, set_->column_index(o.targets[target]), end);
      AdaptiveIntervals intervals(levels_, o.horizon);
      for (std::size_t k = 0; k < recent.size(); ++k)
        intervals.follow(std::span(values).first(static_cast<std::size_t>(recent[k].time)),
                         earlier[k * O + target].quantiles);
      std::vector<double>& next = forecasts[i * O + target].quantiles;
      intervals.follow(values, next);
      if (predicts_counts(head_of(o))) std::transform(next.begin(), next.end(), next.begin(), round_count);
      factors_.add(intervals);
    }
  }
}

std::vector<std::string> RecentErrors::notes() const {
  if (factors_.empty()) return {};
  return {concat("intervals: by the errors on the newest steps that the net has not learned from, ", factors_.text(),
                 " as wide as calibrated")};
}

}  // namespace recurra
