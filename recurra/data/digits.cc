// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/digits.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace recurra {
namespace {

constexpr int kMaxDecimals = 17;
constexpr double kPlainBelow = 1e15;

/// Decimals of the shortest decimal number that is this double.
int decimals_of(double x) {
  char text[32];
  for (int digits = 0; digits < kMaxDecimals; ++digits) {
    std::snprintf(text, sizeof text, "%.*e", digits, x);
    if (std::strtod(text, nullptr) != x) continue;
    const char* exponent = std::find(text, text + sizeof text, 'e') + 1;
    return std::max(0, digits - std::atoi(exponent));
  }
  return kMaxDecimals;
}

}  // namespace

ForecastDigits::ForecastDigits(std::span<const double> series) {
  constexpr std::size_t kLooked = 1000;  // values whose decimals are counted
  constexpr int kMinDigits = 4, kMaxDigits = 8;
  double low = INFINITY, high = -INFINITY;
  int decimals = 0;
  const std::size_t stride = std::max<std::size_t>(1, series.size() / kLooked);
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (!std::isfinite(series[i])) continue;
    low = std::min(low, series[i]);
    high = std::max(high, series[i]);
    if (i % stride == 0) decimals = std::max(decimals, decimals_of(series[i]));
  }
  if (low > high) return;
  const double range = high > low ? high - low : std::max(std::abs(high), 1e-300);
  const int size = static_cast<int>(std::floor(std::log10(range))) + 1;  // digits before the point, of the range
  decimals_ = std::clamp(std::min(std::max(decimals + 1, kMinDigits - size), kMaxDigits - size), 0, kMaxDecimals);
}

std::string ForecastDigits::text(double forecast) const {
  if (std::isnan(forecast)) return "";
  char text[64];
  const bool plain = std::abs(forecast) < kPlainBelow;
  std::snprintf(text, sizeof text, plain ? "%.*f" : "%.*e", plain ? decimals_ : kMaxDecimals - 1, forecast);
  return text;
}

}  // namespace recurra
