// SPDX-License-Identifier: Apache-2.0
// Forecast errors, in double, over the pairs whose actual value is present. Example:
//
//   recurra::ErrorSums sums;
//   sums.add(/*forecast=*/11.0, /*actual=*/10.0);
//   recurra::Errors errors = sums.errors(/*mase_scale=*/2.0);             // MAE 1, MASE 0.5
#pragma once

#include <span>

#include "recurra/tensor/tensor.h"

namespace recurra {

struct Errors {
  Index count = 0;
  /// MAE = mean |e|; RMSE = sqrt(mean e^2), both in the target's unit, e = forecast - actual.
  double mae = 0, rmse = 0;
  /// mean 200 |e| / (|forecast| + |actual|) in percent, 0 where both are 0: from 0 to 200.
  double smape = 0;
  /// MAE / mase_scale; NaN without a scale.
  double mase = 0;
};

/// The sums from which errors are computed; sums of parts can be added.
class ErrorSums {
 public:
  /// Skips a missing actual value. A missing forecast counts as NaN: a model cannot choose what it is scored on.
  void add(double forecast, double actual);
  void add(const ErrorSums& other);
  /// NaN everywhere if nothing was added.
  Errors errors(double mase_scale) const;

 private:
  Index count_ = 0;
  double absolute_ = 0, square_ = 0, symmetric_ = 0;
};

/// The divisor of MASE: the mean of |y_t - y_{t-season}| over the training rows; NaN if there is none or it is 0.
/// Source: Hyndman, Koehler 2006. Errors: ValueError if season is below 1.
double mase_scale(std::span<const double> training, Index season);

}  // namespace recurra
