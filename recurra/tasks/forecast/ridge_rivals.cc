// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/ridge_rivals.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace recurra {
namespace {

constexpr double kRidgePenalties[] = {1.0, 1e-1, 1e-2, 1e-3, 1e-4};
constexpr Index kMinRows = 200;
constexpr double kPasses = 50;  // over the rows, approximately, if the normal equations are not factorised
constexpr RidgeLimits kRivalLimits = {.tolerance = 1e-4,
                                      .most_iterations = 60};  // of five solutions, each from the last

/// Every n-th row, so that `each` multiply-adds per row make at most `most_products`.
RidgeRows thinned_rows(const RidgeRows& rows, double each, double most_products) {
  const auto most = static_cast<Index>(std::clamp(most_products / each, 1.0, 1e15));
  const Index stride = (rows.rows - 1) / std::max(most, kMinRows) + 1;
  if (rows.rows <= 0 || stride <= 1) return rows;
  return {(rows.rows - 1) / stride + 1, rows.inputs, rows.outputs,
          [row = rows.row, stride](Index i, double* x, double* y) { row(i * stride, x, y); }};
}

/// Calls fn(output, actual - forecast) for every output that is present.
template <class Fn>
void each_error(const RidgeRows& rows, const LinearMap& map, Fn fn) {
  std::vector<double> x(static_cast<std::size_t>(rows.inputs)), y(static_cast<std::size_t>(rows.outputs));
  for (Index row = 0; row < rows.rows; ++row) {
    rows.row(row, x.data(), y.data());
    for (Index o = 0; o < rows.outputs; ++o) {
      const double actual = y[static_cast<std::size_t>(o)];
      if (!std::isnan(actual)) fn(o, actual - map.apply_one(x.data(), o));
    }
  }
}

}  // namespace

IntervalForecast RidgeRival::forecast(const double* x, double shift, double factor,
                                      std::span<const double> levels) const {
  IntervalForecast out;
  for (Index o = 0; o < map().outputs; ++o) {
    const double scaled = map().apply_one(x, o);
    out.point.push_back(shift + factor * scaled);
    for (const double level : levels) out.quantiles.push_back(shift + factor * (scaled + errors_.quantile(o, level)));
  }
  return out;
}

RidgeRival fit_ridge_rival(Context& context, const RidgeRows& train, const RidgeRows& validation,
                           double most_products) {
  require<ShapeError>(
      validation.rows == 0 || (validation.inputs == train.inputs && validation.outputs == train.outputs),
      "fit_ridge_rival: ", train.inputs, " inputs and ", train.outputs, " outputs in training rows, ",
      validation.inputs, " and ", validation.outputs, " in validation rows");
  const double inputs = static_cast<double>(train.inputs), outputs = static_cast<double>(train.outputs);
  RidgeRows fitted = thinned_rows(train, inputs * std::max(inputs / 2, outputs), most_products);
  const auto problem = fitted.rows > 0 ? collect_rows(fitted) : std::nullopt;
  if (!problem) fitted = thinned_rows(train, 2 * kPasses * inputs * outputs, most_products);
  const RidgeRows judged = thinned_rows(validation.rows > 0 ? validation : train, 6 * inputs * outputs, most_products);
  RidgeSolution best;
  double penalty = 0, least = std::numeric_limits<double>::infinity();
  LinearMap last;
  for (const double candidate : kRidgePenalties) {
    const LinearMap* start = last.outputs > 0 ? &last : nullptr;
    RidgeSolution solution = problem ? RidgeSolution{problem->solve(candidate), 0, 0}
                                     : solve_ridge(context, fitted, candidate, start, kRivalLimits);
    last = solution.map;
    double sum = 0;
    each_error(judged, last, [&](Index, double e) { sum += std::abs(e); });
    if (penalty > 0 && !(sum < least)) continue;
    least = sum;
    penalty = candidate;
    best = std::move(solution);
  }
  ResidualQuantiles errors(train.outputs, [](Index) { return 1.0; });
  each_error(judged, best.map, [&](Index o, double e) { errors.add(o, e); });
  return {std::move(best), penalty, std::move(errors)};
}

SeriesWindows::SeriesWindows(std::span<const double> series, Index lookback, Index horizon)
    : values_(series.begin(), series.end()), filled_(values_), lookback_(lookback), horizon_(horizon) {
  require(lookback >= 1 && horizon >= 1, "SeriesWindows: lookback ", lookback, " and horizon ", horizon,
          ", expected at least 1");
  const auto first = std::find_if(values_.begin(), values_.end(), [](double v) { return !std::isnan(v); });
  require(first != values_.end(), "SeriesWindows: the series has no value");
  double before = *first;
  for (double& v : filled_) before = v = std::isnan(v) ? before : v;
}

RidgeRows SeriesWindows::rows(Index begin, Index end) const {
  begin = std::max(begin, lookback_);
  end = std::min(end, static_cast<Index>(values_.size()) - horizon_ + 1);
  return {std::max<Index>(end - begin, 0), lookback_, horizon_, [this, begin](Index row, double* x, double* y) {
            const Index origin = begin + row;
            const double last = filled_[static_cast<std::size_t>(origin - 1)];
            for (Index i = 0; i < lookback_; ++i)
              x[i] = filled_[static_cast<std::size_t>(origin - lookback_ + i)] - last;
            for (Index h = 0; h < horizon_; ++h) y[h] = values_[static_cast<std::size_t>(origin + h)] - last;
          }};
}

SeriesWindows::Input SeriesWindows::input(Index origin) const {
  require(origin >= lookback_ && origin <= static_cast<Index>(values_.size()), "SeriesWindows::input: origin ", origin,
          " is outside [", lookback_, ", ", values_.size(), "]");
  Input out{{}, filled_[static_cast<std::size_t>(origin - 1)]};
  for (Index t = origin - lookback_; t < origin; ++t) out.x.push_back(filled_[static_cast<std::size_t>(t)] - out.last);
  return out;
}

}  // namespace recurra
