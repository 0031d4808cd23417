// SPDX-License-Identifier: Apache-2.0
// As many digits of a forecast as its data call for. Example:
//
//   const std::vector<double> sales = {1000000049.25, 1000000059.75};
//   const recurra::ForecastDigits digits(sales);
//   const std::string text = digits.text(1000000052.123456);                      // "1000000052.123"
#pragma once

#include <span>
#include <string>

namespace recurra {

/// How forecasts of one series are written: with one decimal more than the data have, and with at least four digits of
/// their range, but not with more than eight, which is what a net in single precision tells.
class ForecastDigits {
 public:
  /// NaN is left out. Cost: n.
  explicit ForecastDigits(std::span<const double> series);

  /// Plain decimals below 1e15 in size, an exponent above; "" for NaN.
  std::string text(double forecast) const;
  int decimals() const { return decimals_; }

 private:
  int decimals_ = 3;
};

}  // namespace recurra
