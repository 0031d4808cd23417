// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/interval_factors.h"

#include <fmt/format.h>

#include <algorithm>

namespace recurra {

IntervalFactors::IntervalFactors(const std::vector<double>& coverages)
    : coverages_(coverages.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(coverages.size(), 2)),
                 coverages.end()) {}

void IntervalFactors::add(const AdaptiveIntervals& intervals) {
  for (std::size_t i = 0; i < coverages_.size(); ++i) {
    const double factor = intervals.factor(coverages_[i]);
    if (least_.size() == i) {
      least_.push_back(factor);
      most_.push_back(factor);
    }
    least_[i] = std::min(least_[i], factor);
    most_[i] = std::max(most_[i], factor);
  }
}

std::string IntervalFactors::text() const {
  std::string out;
  for (std::size_t i = 0; i < least_.size(); ++i) {
    const std::string low = fmt::format("{:.2f}", least_[i]), high = fmt::format("{:.2f}", most_[i]);
    out += fmt::format("{}{}{}{} times ({:.4g} %)", i > 0 ? " and " : "", low, low == high ? "" : " to ",
                       low == high ? "" : high, 100 * coverages_[i]);
  }
  return out;
}

std::string IntervalFactors::note(const std::string& method) const {
  return fmt::format(
      "intervals: those of every method follow its errors at earlier origins; in the end those of {} are {} as wide as "
      "calibrated",
      method, text());
}

}  // namespace recurra
