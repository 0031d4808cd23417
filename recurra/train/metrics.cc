// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/metrics.h"

#include <cmath>
#include <limits>

#include "recurra/data/difference.h"

namespace recurra {

void ErrorSums::add(double forecast, double actual) {
  if (std::isnan(actual)) return;
  const double e = std::abs(forecast - actual), size = std::abs(forecast) + std::abs(actual);
  ++count_;
  absolute_ += e;
  square_ += e * e;
  symmetric_ += size == 0 ? 0 : 200 * e / size;
}

void ErrorSums::add(const ErrorSums& other) {
  count_ += other.count_;
  absolute_ += other.absolute_;
  square_ += other.square_;
  symmetric_ += other.symmetric_;
}

Errors ErrorSums::errors(double scale) const {
  const double n = count_ > 0 ? static_cast<double>(count_) : std::numeric_limits<double>::quiet_NaN();
  return {count_, absolute_ / n, std::sqrt(square_ / n), symmetric_ / n, absolute_ / n / scale};
}

double mase_scale(std::span<const double> training, Index season) {
  double sum = 0, count = 0;
  for (const double d : difference(training, season)) {
    if (std::isnan(d)) continue;
    sum += std::abs(d);
    ++count;
  }
  return sum > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace recurra
