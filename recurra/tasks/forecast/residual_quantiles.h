// SPDX-License-Identifier: Apache-2.0
// Quantiles of a method's forecasts from its own errors: where enough of a step's errors are known, their quantiles;
// where not, a normal distribution whose deviation grows with the step as the method's formula says. Example:
//
//   recurra::ResidualQuantiles errors(/*horizon=*/2, [](recurra::Index step) { return 1.0 + step; });
//   for (const double e : {-1.0, 0.5, 1.0, -0.5}) errors.add(/*step=*/0, e);
//   const double q = 10 + errors.quantile(/*step=*/1, 0.9);                            // 10 + 1.28 * 0.79 * 2
#pragma once

#include <functional>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

class ResidualQuantiles {
 public:
  /// Of one step's errors: how many their own quantiles are taken from. Fewer hold no 2.5 % quantile.
  static constexpr std::size_t kEnough = 40;

  /// growth(step): the deviation of a forecast `step` + 1 steps ahead over that of one step ahead.
  ResidualQuantiles(Index horizon, std::function<double(Index step)> growth);

  /// `residual` = actual - forecast; NaN is left out. Errors: ValueError for a step outside the horizon.
  void add(Index step, double residual);
  /// To be added to the point forecast. Formula: of n >= kEnough errors in order, linear between them at p (n + 1) - 1
  /// and the outermost ones beyond; else the normal quantile times growth(step) sqrt(mean e^2 / growth^2), over the
  /// errors of all steps, which are one where the formula holds. 0 without any error.
  /// Errors: ValueError for a step outside the horizon, or a level outside (0, 1).
  double quantile(Index step, double level) const;
  /// False without any error: every quantile is the point.
  bool known() const { return count_ > 0; }

 private:
  Index horizon_;
  std::function<double(Index)> growth_;
  std::vector<std::vector<double>> errors_;  ///< [step], ascending
  double count_ = 0, squares_ = 0;           ///< of errors over their growth
};

}  // namespace recurra
