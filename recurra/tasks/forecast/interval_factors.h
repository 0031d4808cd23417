// SPDX-License-Identifier: Apache-2.0
// How much wider or narrower intervals became by following the errors of a method: of some series, as a sentence.
// Example:
//
//   recurra::IntervalFactors factors({0.8, 0.95});
//   factors.add(recurra::AdaptiveIntervals({0.025, 0.1, 0.5, 0.9, 0.975}, /*horizon=*/24));
//   const std::string text = factors.text();            // "1.00 times (80 %) and 1.00 times (95 %)"
#pragma once

#include <string>
#include <vector>

#include "recurra/train/adaptive_intervals.h"

namespace recurra {

class IntervalFactors {
 public:
  /// Of these coverages, the widest two.
  explicit IntervalFactors(const std::vector<double>& coverages);
  /// Its factors of now. Errors: ValueError where it lacks one of the coverages.
  void add(const AdaptiveIntervals& intervals);
  bool empty() const { return least_.empty(); }
  /// The least and the largest factor of each coverage, or one number where these are the same.
  std::string text() const;
  /// A sentence for a backtest whose methods all have such intervals, the first of them this one.
  std::string note(const std::string& method) const;

 private:
  std::vector<double> coverages_, least_, most_;
};

}  // namespace recurra
