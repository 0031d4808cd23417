// SPDX-License-Identifier: Apache-2.0
#include "rivals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "recurra/tasks/common/ridge.h"
#include "recurra/tasks/forecast/baselines.h"

namespace recurra::wasm {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Scale {
  double mean = 0, deviation = 1;
};

Scale scale_of(std::span<const double> training) {
  double sum = 0, squares = 0;
  Index count = 0;
  for (const double v : training)
    if (!std::isnan(v)) sum += v, ++count;
  if (count == 0) return {};
  const double mean = sum / static_cast<double>(count);
  for (const double v : training)
    if (!std::isnan(v)) squares += (v - mean) * (v - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(count));
  return {mean, deviation > 0 ? deviation : 1};
}

std::vector<double> scaled(std::span<const double> column, const Scale& scale) {
  std::vector<double> out(column.size());
  std::transform(column.begin(), column.end(), out.begin(),
                 [&](double v) { return (v - scale.mean) / scale.deviation; });
  return out;
}

/// From the `lags` values before `row`; NaN if one is missing.
double apply_at(const LinearMap& map, const std::vector<double>& x, Index row) {
  const Index lags = map.inputs;
  if (row < lags) return kNaN;
  for (Index i = row - lags; i < row; ++i)
    if (std::isnan(x[static_cast<std::size_t>(i)])) return kNaN;
  return map.apply(x.data() + row - lags)[0];
}

double error_between(const LinearMap& map, const std::vector<double>& x, Index from, Index to) {
  std::vector<double> forecast, truth;
  for (Index row = from; row < to; ++row) {
    forecast.push_back(apply_at(map, x, row));
    truth.push_back(x[static_cast<std::size_t>(row)]);
  }
  return mean_absolute_error(forecast, truth);
}

std::optional<LinearMap> fit(const std::vector<double>& x, const Split& split, Index lags) {
  RidgeProblem problem(lags, 1);
  for (Index row = lags; row < split.train_end; ++row) {
    const auto begin = x.begin() + (row - lags);
    if (std::none_of(begin, begin + lags + 1, [](double v) { return std::isnan(v); }))
      problem.add(x.data() + row - lags, x.data() + row);
  }
  if (problem.rows() == 0) return std::nullopt;
  std::optional<LinearMap> best;
  double least = std::numeric_limits<double>::infinity();
  for (const double penalty : {1e-6, 1e-4, 1e-2, 1e-1, 1.0}) {
    LinearMap map = problem.solve(penalty);
    const double error = error_between(map, x, split.train_end, split.validation_end);
    if (best && !(error < least)) continue;
    best = std::move(map);
    if (!std::isnan(error)) least = error;
  }
  return best;
}

Rival ridge(const LinearMap& map, std::vector<double> x, const Scale& scale, const Split& split, Index run) {
  Rival out{"ridge", 0, {}, {}, 0, 0};
  const auto back = [&](double v) { return scale.mean + scale.deviation * v; };
  for (Index row = split.validation_end; row < split.length; ++row) out.one_step.push_back(back(apply_at(map, x, row)));
  for (Index row = split.validation_end; row < split.validation_end + run; ++row) {
    x[static_cast<std::size_t>(row)] = apply_at(map, x, row);
    out.free_run.push_back(back(x[static_cast<std::size_t>(row)]));
  }
  return out;
}

/// A method that forecasts `horizon` steps from the values before an origin.
template <class Method>
Rival repeated(std::string name, Index season, std::span<const double> column, const Split& split, Index run,
               const Method& method) {
  Rival out{std::move(name), season, {}, {}, 0, 0};
  for (Index row = split.validation_end; row < split.length; ++row)
    out.one_step.push_back(method(column.first(static_cast<std::size_t>(row)), Index{1})[0]);
  out.free_run = method(column.first(static_cast<std::size_t>(split.validation_end)), run);
  return out;
}

}  // namespace

double mean_absolute_error(std::span<const double> forecast, std::span<const double> truth) {
  double sum = 0;
  Index count = 0;
  for (std::size_t i = 0; i < std::min(forecast.size(), truth.size()); ++i) {
    if (std::isnan(forecast[i]) || std::isnan(truth[i])) continue;
    sum += std::abs(forecast[i] - truth[i]);
    ++count;
  }
  return count == 0 ? kNaN : sum / static_cast<double>(count);
}

std::vector<Rival> forecast_rivals(std::span<const double> column, const Split& split,
                                   const std::vector<Index>& seasons, Index lags, Index run) {
  run = std::min(run, split.length - split.validation_end);
  std::vector<Rival> out;
  out.push_back(repeated("last", 0, column, split, run,
                         [](std::span<const double> history, Index horizon) { return repeat_last(history, horizon); }));
  for (const Index season : seasons)
    out.push_back(repeated(
        "season", season, column, split, run,
        [season](std::span<const double> history, Index horizon) { return seasonal_naive(history, season, horizon); }));
  const Scale scale = scale_of(column.first(static_cast<std::size_t>(split.train_end)));
  const std::vector<double> x = scaled(column, scale);
  if (const auto map = fit(x, split, lags)) out.push_back(ridge(*map, x, scale, split, run));
  const std::span<const double> truth = column.subspan(static_cast<std::size_t>(split.validation_end));
  for (Rival& rival : out) {
    rival.one_step_mae = mean_absolute_error(rival.one_step, truth);
    rival.free_run_mae = mean_absolute_error(rival.free_run, truth);
  }
  return out;
}

}  // namespace recurra::wasm
