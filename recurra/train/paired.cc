// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/paired.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace recurra {

bool PairedDifference::within_noise() const {
  return std::abs(mean) <= 2 * standard_error;
}

PairedDifference paired_difference(std::span<const double> a, std::span<const double> b, Index overlap) {
  require<ShapeError>(a.size() == b.size(), "paired_difference: ", a.size(), " and ", b.size(), " windows");
  require(overlap >= 1, "paired_difference: overlap is ", overlap, ", expected at least 1");
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!std::isnan(a[i] - b[i])) differences.push_back(a[i] - b[i]);
  const auto n = static_cast<double>(differences.size());
  PairedDifference out{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()};
  if (differences.empty()) return out;
  double sum = 0, squares = 0;
  for (const double d : differences) sum += d;
  out.mean = sum / n;
  for (const double d : differences) squares += (d - out.mean) * (d - out.mean);
  if (n > 1) out.standard_error = std::sqrt(squares / (n - 1) * std::min(static_cast<double>(overlap), n) / n);
  return out;
}

}  // namespace recurra
