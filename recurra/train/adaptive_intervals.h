// SPDX-License-Identifier: Apache-2.0
// Prediction intervals that follow a series: as actual values arrive, the intervals of one coverage become wider where
// they contained too few of them, and narrower where they contained too many. Example:
//
//   recurra::AdaptiveIntervals adaptive(/*levels=*/{0.1, 0.5, 0.9}, /*horizon=*/1);
//   std::vector<double> history = {3};
//   for (int i = 0; i < 50; ++i) {
//     std::vector<double> quantiles = {2, 3, 4};        // of the value after the history, from any method
//     adaptive.follow(history, quantiles);              // wider each time, as values of 9 are far outside
//     history.push_back(9);
//   }
#pragma once

#include <deque>
#include <limits>
#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// Of one series and one method. Formula: an interval [l, u] of coverage c around the median m becomes
/// [m - k (m - l), m + k (u - m)]. All steps of the horizon share the factor k_c, which starts at 1. An actual value y
/// of a forecast that was made w steps before the next one moves it by
///   log k_c += kGain min(w, H) / H^2 ((y is outside the interval of factor k_c) - (1 - c)),
/// so H steps with complete forecasts move it by kGain times the excess of misses. log k_c stays within
/// +-log(kMaxFactor).
/// Guarantee: as long as that limit is not reached, the share of misses differs from 1 - c by at most the final
/// |log k_c| over kGain times the number of horizons that have passed, whatever the series does, where y is compared
/// with the interval of the moment at which it arrives. Steps without a finite interval of positive width, or without
/// an actual value, count for nothing. No random choice.
/// Source: Gibbs, Candes 2021 (adaptive conformal inference); Angelopoulos, Candes, Tibshirani 2023 (quantile
/// tracking), here on the logarithm of a scale.
/// Cost: O(H levels) per forecast; keeps kPerHorizon + 1 forecasts at most.
class AdaptiveIntervals {
 public:
  static constexpr double kGain = 1, kMaxFactor = 16;
  /// Of how many forecasts per horizon the errors are looked at; between them windows overlap so much that they tell
  /// nothing new.
  static constexpr Index kPerHorizon = 8;

  /// `levels`: of the quantiles, ascending, in (0, 1). p and 1 - p are the ends of an interval; a level without its
  /// counterpart is an interval with one end. The median is the quantile at 0.5, or midway between its neighbours.
  /// Errors: ValueError for other levels, or a horizon below 1.
  AdaptiveIntervals(std::vector<double> levels, Index horizon);

  /// The next forecast: learns from the errors of earlier ones as far as `history` holds their actual values, then
  /// changes the quantiles, which stay in order. An end does not pass 0 where no value of the history is negative.
  /// `history`: all values before the forecast's first step, NaN where missing; one with fewer values than that of the
  /// call before is an error. Shapes: quantiles [horizon, levels]. Errors: ShapeError; ValueError.
  void follow(std::span<const double> history, std::span<double> quantiles);

  /// The factor of the interval of this coverage, which has an end among the levels. Errors: ValueError.
  double factor(double coverage) const;

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  struct Interval {
    std::size_t lower, upper;  ///< among the levels; kNone: the interval has one end
    double coverage;
    double log_factor = 0;
  };
  struct Waiting {  ///< a forecast whose actual values are not all known
    Index origin, seen = 0;
    double weight = 0;
    std::vector<double> quantiles;
  };
  double median(const double* quantiles) const;
  void learn(Waiting& forecast, std::span<const double> history);
  void change(double* quantiles) const;

  std::vector<double> levels_;
  Index horizon_, spacing_, origin_ = 0;
  std::size_t below_ = 0, above_ = 0;  ///< the levels around the median
  std::vector<Interval> intervals_;
  std::deque<Waiting> waiting_;
  bool negative_ = false;  ///< some value of the history is
};

}  // namespace recurra
