// SPDX-License-Identifier: Apache-2.0
// Linear autoregressions with quantiles: one for each series, and a global one that is fitted to the windows of all
// series, on the same inputs as a net. Both choose their penalty on validation windows, and take their quantiles from
// the errors there. Example:
//
//   std::vector<double> x;
//   for (int t = 0; t < 200; ++t) x.push_back(t % 7 + 0.1 * (t * 37 % 11));
//   const recurra::SeriesWindows windows{x, /*lookback=*/14, /*horizon=*/7};
//   const recurra::RidgeRival ridge =
//       recurra::fit_ridge_rival(context, windows.rows(14, 140), windows.rows(140, 200));
//   const recurra::SeriesWindows::Input now = windows.input(200);
//   const std::vector<double> levels = {0.1, 0.5, 0.9};
//   const recurra::IntervalForecast next = ridge.forecast(now.x.data(), now.last, 1, levels);
#pragma once

#include <span>

#include "recurra/tasks/forecast/interval_rivals.h"
#include "recurra/tasks/forecast/ridge_rows.h"

namespace recurra {

/// Multiply-adds that a fit may take, about: a few seconds of one thread.
inline constexpr double kRidgeProducts = 5e9;

class RidgeRival {
 public:
  RidgeRival(RidgeSolution solution, double penalty, ResidualQuantiles errors)
      : solution_(std::move(solution)), penalty_(penalty), errors_(std::move(errors)) {}

  /// What was fitted on scaled rows, back: shift + factor times the map's outputs and the quantiles of their errors.
  /// Shapes: x [inputs]; point [outputs], quantiles [outputs, levels].
  IntervalForecast forecast(const double* x, double shift, double factor, std::span<const double> levels) const;

  const LinearMap& map() const { return solution_.map; }
  const RidgeSolution& solution() const { return solution_; }
  double penalty() const { return penalty_; }

 private:
  RidgeSolution solution_;
  double penalty_;
  ResidualQuantiles errors_;  ///< by output, in the scale of the rows
};

/// The penalty of 1, 0.1, 0.01, 0.001 and 0.0001 (for inputs of deviation 1) with the least mean absolute error on the
/// validation rows, of those the largest; on the training rows without any. Errors come from the same rows. Many rows
/// are thinned evenly, to `most_products` multiply-adds in all, and at least 200. Errors: as solve_ridge;
/// ShapeError where the two differ in inputs or outputs.
RidgeRival fit_ridge_rival(Context& context, const RidgeRows& train, const RidgeRows& validation,
                           double most_products = kRidgeProducts);

/// Windows of one series for a ridge of its own: inputs and outputs relative to the newest value of the window; a
/// missing input is the value before it (the first present one at the beginning), a missing output stays missing.
class SeriesWindows {
 public:
  /// Errors: ValueError for a lookback or horizon below 1, or a series without a value.
  SeriesWindows(std::span<const double> series, Index lookback, Index horizon);

  /// Rows for origins in [begin, end): inputs before the origin, at least `lookback` of them, outputs from it on. They
  /// refer to this object. Origins without any output have none; the last whole horizon ends with the series.
  RidgeRows rows(Index begin, Index end) const;

  struct Input {
    std::vector<double> x;  ///< [lookback], minus last
    double last;
  };
  /// Errors: ValueError for an origin outside [lookback, length].
  Input input(Index origin) const;

 private:
  std::vector<double> values_, filled_;
  Index lookback_, horizon_;
};

}  // namespace recurra
