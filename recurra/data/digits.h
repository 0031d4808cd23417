// SPDX-License-Identifier: Apache-2.0
// Writes forecasts with as many digits as their data justify. Example:
//
//   const std::vector<double> sales = {1000000049.25, 1000000059.75};
//   const recurra::ForecastDigits digits(sales);
//   const std::string text = digits.text(1000000052.123456);                      // "1000000052.123"
#pragma once

#include <span>
#include <string>

namespace recurra {

/// The format of forecasts of one series: one decimal more than the data have and at least four digits of their range,
/// but at most eight digits, the resolution of a net in single precision.
class ForecastDigits {
 public:
  /// NaN is left out. Cost: n.
  explicit ForecastDigits(std::span<const double> series);

  /// Plain decimals below an absolute value of 1e15, an exponent above; "" for NaN.
  std::string text(double forecast) const;
  int decimals() const { return decimals_; }

 private:
  int decimals_ = 3;
};

}  // namespace recurra
