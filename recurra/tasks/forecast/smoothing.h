// SPDX-License-Identifier: Apache-2.0
// Two classical forecasters that are hard to beat on short series: exponential smoothing with trend and season, and
// Theta. Fitted on training values once, then run along the series: each new value moves the state by a few operations.
// NaN marks a missing value, which moves nothing but the time. Example:
//
//   std::vector<double> training = {1, 2, 3, 2, 3, 4, 3, 4, 5};
//   recurra::HoltWinters model(training, /*season=*/3);
//   model.update(4);
//   std::vector<double> next = model.forecast(2);                     // near 5 and 6
#pragma once

#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// Training values that weights are fitted to at most, the newest.
inline constexpr std::size_t kMaxSmoothed = 4'000;

/// Weights of exponential smoothing: of the level, the trend and the season, and how a trend is damped each step.
struct SmoothingWeights {
  double alpha = 0.1, beta = 0, gamma = 0, damping = 1;
};

/// Formula: e = y_t - (l + phi b + s_{t-m});  l' = l + phi b + alpha e;  b' = phi b + beta e;  s_t = s_{t-m} + gamma e;
/// forecast of step h: l + (phi + ... + phi^h) b + s. Source: Holt 1957, Winters 1960 in the additive damped form of
/// Hyndman, Koehler, Ord, Snyder 2008, ETS(A,Ad,A).
class HoltWinters {
 public:
  /// Weights that minimise the squared one-step errors on the training values (the last 4,000 of them), and the state
  /// after these. Without two seasons of values there is no season. Errors: ValueError for a season below 1.
  HoltWinters(std::span<const double> training, Index season);
  /// The same with weights that are known.
  HoltWinters(std::span<const double> training, Index season, const SmoothingWeights& weights);
  /// The same weights before the first of the training values that the constructor looked at.
  HoltWinters rewound(std::span<const double> training, Index season) const;

  void update(double y);
  /// NaN if no value was present. Shapes: returns [horizon].
  std::vector<double> forecast(Index horizon) const;
  const SmoothingWeights& weights() const { return weights_; }

 private:
  HoltWinters() = default;
  void begin(std::span<const double> training, Index season);
  double expected() const { return level_ + weights_.damping * trend_ + season_[place_]; }

  SmoothingWeights weights_;
  double level_ = 0, trend_ = 0;
  std::vector<double> season_;  ///< by place in it
  std::size_t place_ = 0;       ///< of the next value
};

/// Simple exponential smoothing of the seasonally adjusted values, with half their overall slope as drift.
/// Formula: l_n + b/2 (h - 1 + (1 - (1 - alpha)^n) / alpha), b the least-squares slope of all n values, times or plus
/// the season. Source: Assimakopoulos, Nikolopoulos 2000; Hyndman, Billah 2003.
class Theta {
 public:
  /// alpha minimises the squared one-step errors on the training values (the last 4,000 of them); the season is that of
  /// a classical decomposition of these, multiplied where they are all above 0 and that has the lower errors. Errors:
  /// ValueError for a season below 1.
  Theta(std::span<const double> training, Index season);
  /// The same with an alpha that is known.
  Theta(std::span<const double> training, Index season, double alpha);
  /// The same weight and season before the first of the training values that the constructor looked at.
  Theta rewound(std::span<const double> training, Index season) const;

  void update(double y);
  /// NaN if no value was present. Shapes: returns [horizon].
  std::vector<double> forecast(Index horizon) const;
  double alpha() const { return alpha_; }

 private:
  Theta() = default;
  void begin(std::span<const double> training, Index season, double alpha);
  double adjusted(double y) const;
  double restored(double adjusted, std::size_t place) const;
  double slope() const { return time_spread_ > 0 ? together_ / time_spread_ : 0; }

  double alpha_ = 0.1, level_ = 0;
  bool multiplied_ = false;
  std::vector<double> season_;
  std::size_t place_ = 0;
  double steps_ = 0, count_ = 0, mean_time_ = 0, mean_value_ = 0, time_spread_ = 0, together_ = 0;  ///< of the slope
};

}  // namespace recurra
